#include <algorithm>
#include <array>

#include "text/analyzer.h"

namespace anireco {
namespace {

constexpr auto kStopWords = std::to_array<std::string_view>(
    {"a",       "about",   "all",     "am",       "an",         "and",     "any",     "are",
     "arent",   "as",      "at",      "be",       "because",    "been",    "being",   "but",
     "by",      "can",     "cannot",  "cant",     "could",      "did",     "didnt",   "do",
     "does",    "doesnt",  "doing",   "dont",     "for",        "from",    "had",     "has",
     "hasnt",   "have",    "having",  "he",       "her",        "hers",    "herself", "hes",
     "him",     "himself", "his",     "how",      "i",          "if",      "im",      "in",
     "into",    "is",      "isnt",    "it",       "its",        "itself",  "ive",     "just",
     "may",     "me",      "might",   "must",     "my",         "no",      "nor",     "not",
     "of",      "on",      "onto",    "or",       "our",        "ours",    "shall",   "she",
     "shes",    "should",  "so",      "some",     "such",       "than",    "that",    "thats",
     "the",     "their",   "theirs",  "them",     "themselves", "then",    "there",   "these",
     "they",    "theyre",  "this",    "those",    "to",         "too",     "upon",    "us",
     "very",    "was",     "wasnt",   "we",       "were",       "what",    "when",    "where",
     "which",   "while",   "who",     "whom",     "whose",      "why",     "will",    "with",
     "wont",    "would",   "you",     "your",     "youre",      "yours",   "а",       "без",
     "более",   "бы",      "был",     "была",     "были",       "было",    "быть",    "в",
     "вам",     "вас",     "весь",    "во",       "вот",        "все",     "всего",   "всех",
     "вы",      "где",     "да",      "для",      "до",         "его",     "ее",      "ей",
     "ему",     "если",    "есть",    "еще",      "ею",         "же",      "за",      "и",
     "из",      "или",     "им",      "ими",      "их",         "к",       "как",     "какой",
     "ко",      "когда",   "которая", "которого", "которое",    "которой", "которую", "которые",
     "который", "которых", "кто",     "куда",     "ли",         "либо",    "лишь",    "меня",
     "мне",     "мой",     "мы",      "на",       "над",        "нам",     "нас",     "наш",
     "не",      "него",    "нее",     "ней",      "нем",        "нет",     "ни",      "ним",
     "ними",    "них",     "но",      "ну",       "о",          "об",      "он",      "она",
     "они",     "оно",     "от",      "ото",      "перед",      "по",      "под",     "при",
     "про",     "с",       "свое",    "своего",   "своей",      "своих",   "свой",    "свою",
     "себе",    "себя",    "со",      "та",       "так",        "также",   "такой",   "там",
     "те",      "тебя",    "тем",     "то",       "того",       "тоже",    "той",     "только",
     "том",     "тот",     "ты",      "у",        "уж",         "уже",     "чего",    "чем",
     "что",     "чтобы",   "эта",     "эти",      "этим",       "этих",    "это",     "этого",
     "этой",    "этом",    "этот",    "эту",      "я"});
static_assert(std::is_sorted(kStopWords.begin(), kStopWords.end()));

}  // namespace

bool is_stop_word(std::string_view folded_word) {
  return std::binary_search(kStopWords.begin(), kStopWords.end(), folded_word);
}

}  // namespace anireco
