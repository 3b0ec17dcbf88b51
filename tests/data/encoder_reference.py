#!/usr/bin/env python3
"""Writes encoder_reference.jsonl: 200 texts of ours with the vectors that PyTorch makes of them.

One JSON object a line: {"text", "tokens" (length after the cut), "vector" (base64 of float32, little
endian)}. Mean of the last layer's token vectors in float32, divided by its length, as the model's
modules.json says. Needs the packages torch and transformers.

    python3 tests/data/encoder_reference.py build/models/all-MiniLM-L6-v2 tests/data/encoder_reference.jsonl
"""

import base64
import json
import pathlib
import random
import sys

SHORT = [
    "a", "ghosts", "?", "1999", "ロボット", "猫", "кот", "звёзды", "space opera", "sad ending",
    "!!!", "e = mc²", "naïve café", "   ", "UPPER CASE", "x" * 150, "don't stop", "🐉 dragon",
    "[MASK] and friends", "tab\tand\nnewline", "über Straße", "Ａｎｉｍｅ", "१२३", "고양이", "قطة",
]

ENGLISH = [
    "A quiet doctor walks from village to village and listens to what the spirits want.",
    "Two sisters inherit a bathhouse that only opens on nights without a moon.",
    "The last train conductor keeps the line running although nobody boards any more.",
    "He trades a year of his life for every answer, and he has many questions.",
    "Nobody in the cooking club can cook, but all of them can lie about it.",
    "A failed pianist teaches a deaf boy to feel chords through the floor.",
    "Giant machines sleep under the rice fields, and the farmers would like them to stay asleep.",
    "She wakes up each morning as a different member of the same crew.",
    "The tournament has no rules except that the loser must tell the truth.",
    "A cartographer discovers that her maps change the coast rather than describe it.",
    "Three retired thieves open a bakery opposite the bank they never managed to rob.",
    "When the city loses its colours, a dyer's apprentice sets out to buy them back.",
    "Their band is terrible, their friendship is worse, and the festival is on Saturday.",
    "An android is asked to testify against the family that raised her.",
    "The lighthouse answers letters, slowly, one word every winter.",
    "Basketball was only a way to skip choir practice until the tall girl moved to town.",
    "He was the greatest swordsman of his age; his grandson sells umbrellas.",
    "On the ninth floor lives a witch who repairs radios and breaks curses, in that order.",
    "The war ended years ago, yet the pigeons still carry orders.",
    "A detective who cannot lie falls in love with a suspect who cannot stop lying.",
    "It rains inside the library whenever somebody forgets a name.",
    "Pilots bet their memories in the card game before the final sortie.",
    "The student council controls the school; the gardening club controls the student council.",
    "After the flood the mountain village learns to sail.",
    "A demon lord takes a part-time job and is surprised by how much he minds being late.",
    "Her shadow leaves home first and writes postcards.",
    "The game ended at midnight but the players were not returned.",
    "An old dog remembers every owner and decides to visit them all.",
    "Cold, slow, beautiful and strange: the comet was somebody's house.",
    "They survive on vending machine coffee, bad jokes and one shared coat.",
    "The prince and the pastry cook swap places, and only the bread notices.",
    "In the year 2187 the only crime left is boredom.",
    "A violin passes through seven hands and leaves each a little braver.",
    "Monsters attend evening classes in order to understand taxes.",
    "Whoever draws the red thread must organise the summer trip.",
    "The captain has never seen the sea, and the ship has never seen a captain like her.",
]

RUSSIAN = [
    "Тихий лекарь ходит по деревням и слушает, чего хотят духи.",
    "Две сестры получают в наследство баню, которая открыта только в безлунные ночи.",
    "Последний кондуктор ведёт поезд, хотя пассажиров давно нет.",
    "В кулинарном клубе никто не умеет готовить, зато все умеют врать.",
    "Под рисовыми полями спят огромные машины, и крестьяне не хотят их будить.",
    "Её тень уходит из дома первой и присылает открытки.",
    "Детектив, который не умеет лгать, влюбляется в подозреваемую.",
    "Маяк отвечает на письма медленно, по слову за зиму.",
    "После потопа горная деревня учится ходить под парусом.",
    "Владыка демонов устраивается на подработку и боится опоздать.",
    "Школьники находят ёжика, который помнит будущее.",
    "Космический мусорщик собирает чужие воспоминания.",
]

JAPANESE = [
    "静かな医者が村から村へ歩き、精霊の声を聞く。",
    "月のない夜だけ開く銭湯を姉妹が受け継ぐ。",
    "料理部の誰も料理ができないが、嘘だけは上手い。",
    "田んぼの下で巨大な機械が眠っている。",
    "彼女の影は先に家を出て、絵はがきを送ってくる。",
    "灯台は手紙に返事をする、冬ごとに一文字ずつ。",
    "魔王はアルバイトを始め、遅刻を恐れる。",
    "図書館の中では、名前を忘れるたびに雨が降る。",
    "最後の列車の車掌は、乗客がいなくても走り続ける。",
    "バンドは下手だが、祭りは土曜日だ。",
]


def make_texts() -> list[str]:
    chance = random.Random(7)
    texts = list(SHORT)
    texts += ENGLISH + RUSSIAN + JAPANESE
    languages = [ENGLISH, ENGLISH, ENGLISH, RUSSIAN, JAPANESE, ENGLISH + RUSSIAN + JAPANESE]
    seen = set(texts)
    while len(texts) < 200:
        sentences = chance.choice(languages)
        count = chance.randint(1, 26) if len(texts) < 190 else 40
        text = " ".join(chance.choice(sentences) for _ in range(count))
        if chance.random() < 0.4:
            text = " ".join(text.split()[: chance.randint(2, 200)])
        if text not in seen:
            seen.add(text)
            texts.append(text)
    return texts


def main() -> None:
    import torch
    import transformers

    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    limit = json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    with out.open("w", encoding="utf-8") as file, torch.no_grad():
        for text in make_texts():
            encoded = tokenizer(text, truncation=True, max_length=limit, return_tensors="pt")
            mean = model(**encoded).last_hidden_state[0].mean(dim=0)
            vector = torch.nn.functional.normalize(mean, dim=0).numpy().astype("<f4")
            record = {
                "text": text,
                "tokens": int(encoded["input_ids"].shape[1]),
                "vector": base64.b64encode(vector.tobytes()).decode(),
            }
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
