// Reads one JSON string a line from standard input and prints the ids of its text, parted by
// spaces, without [CLS] and [SEP]: tokenizer_dump MODEL_FOLDER < texts > ids

#include <boost/json.hpp>
#include <iostream>
#include <string>

#include "base/error.h"
#include "text/word_piece.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: tokenizer_dump MODEL_FOLDER < JSON-STRINGS\n";
    return 2;
  }
  try {
    const anireco::WordPiece tokenizer = anireco::WordPiece::load(argv[1]);
    std::ios::sync_with_stdio(false);
    std::string line;
    while (std::getline(std::cin, line)) {
      const boost::json::value value = boost::json::parse(line);
      const auto& text = value.as_string();
      std::string out;
      for (const int id : tokenizer.encode_plain({text.data(), text.size()})) {
        if (!out.empty()) out += ' ';
        out += std::to_string(id);
      }
      std::cout << out << '\n';
    }
  } catch (const std::exception& error) {
    std::cerr << "tokenizer_dump: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
