"""Golden values of BLEU and chrF, from sacreBLEU 2.6.0 (https://github.com/mjpost/sacrebleu).

    python3 -m pip install sacrebleu==2.6.0
    python3 translation_scores.py      writes translation_scores.json

Every case: hypotheses, references, their tokens, and the scores of the text as it is and in lower case.
"""
import json

from sacrebleu.metrics import BLEU, CHRF

# name: pairs of hypothesis and reference
CASES = {
    "plain": [("A dog runs across the wet grass.", "A brown dog is running across the wet grass."),
              ("Two men are sitting on a bench in the park.", "Two men sit on a park bench."),
              ("The girl throws the ball to her brother.", "The girl throws the ball to her brother.")],
    "identical": [("The old bridge was closed in 1987.", "The old bridge was closed in 1987."),
                  ("Why not?", "Why not?")],
    "numbers": [("It costs 1,234.50 euros, not 12,5.", "It costs 1,234.50 euros, not 12.5."),
                ("Between 10-12 and 3-4 p.m., -5 degrees.", "Between 10 - 12 and 3-4 pm, -5 degrees."),
                ("Version 2.0., 3,, .5 and 5. or ,7", "Version 2.0, 3, .5 and 5. or ,7 ...")],
    "hyphens and quotes": [("A well-known, 20-year-old \"singer-songwriter\" isn't here - yet.",
                            "A well known 20-year-old 'singer-songwriter' isn't here -- yet."),
                           ("She said: 'Don't!' (twice) [sic] {ok} a/b\\c @home #1 50% $5 x^2 y_z ~ `q` |",
                            "She said: \"Don't!\" (twice) [sic] {ok} a/b\\c @home #1 50% $5 x^2 y_z ~ `q` |")],
    "entities": [("Tom &amp; Jerry said &quot;hello&quot; &lt;loudly&gt;", "Tom & Jerry said \"hello\" <loudly>"),
                 ("&amp;quot; &amp;lt; &apos; & &AMP; <skipped> a<skipped>b", "&quot; &lt; ' &amp; &amp; a b")],
    "umlauts": [("Über die STRASSE läuft ein Mädchen.", "Über die Straße läuft ein Mädchen."),
                ("„Größe“ – nicht Grösse …", "„GRÖSSE“ – nicht GRÖßE …"),
                ("ΟΔΥΣΣΕΥΣ ταξίδευε. İstanbul ǅ", "Οδυσσεύς ΤΑΞΊΔΕΥΕ. istanbul ǆ")],
    "CJK": [("猫が好きです。", "私は猫が好きです。"), ("今天 天气 很 好 。", "今天的天气很好。"), ("고양이 두 마리", "고양이 세 마리.")],
    "emoji and marks": [("Nice 👍🏽!", "Nice 👍!"), ("cafe\u0301 au lait", "caf\u00e9 au lait")],
    "white space": [("a\u00a0b\u2003c\u3000d\te\u200bf\u0085g  ", "a b c d e\u200bf g"),
                    ("a\u001cb\u001fc d", "a b c d"), ("one-\ntwo\nthree-\n", "onetwo three")],
    "case": [("THE CAT SAT ON THE MAT.", "the cat sat on the mat."), ("A Small Boat", "a small boat")],
    "some empty": [("", "There was something to say."), ("Nothing was said.", ""), ("A cat sat there.", "A cat sat here.")],
    "all empty": [("", ""), (" ", "\n")],
    "hypotheses empty": [("", "One sentence."), ("", "Another one.")],
    "references empty": [("One sentence.", ""), ("Another one.", "")],
    "shorter": [("The train", "The train to the coast leaves at nine."), ("A man", "A man is asleep on the train.")],
    "longer": [("The the the the cat cat sat there there on the mat .", "The cat sat on the mat."), ("yes yes yes", "yes")],
    "no 4-gram": [("The boy eats an apple pie today", "A boy eats his apple cake outside")],
    "unigrams only": [("mat the on sat cat the", "the cat sat on the mat"), ("b a d c", "a b c d")],
    "too short": [("a b c", "a b c"), ("a", "a")],
    "no match": [("red green blue white", "one two three four five")],
    "characters only": [("running", "runner"), ("house", "mouse")],
    "odd words": [("(hi) hi! 'tis -- . ! a. ?b", "(hi hi !'tis - . ! a .b?"), ("...wait... what?!", "..wait.. what!?")],
}


def scores(hypotheses, references, lowercase):
    bleu = BLEU(lowercase=lowercase)
    result = bleu.corpus_score(hypotheses, [references])
    chrf, chrf2 = (CHRF(word_order=n, lowercase=lowercase) for n in (0, 2))
    values = {"bleu": result.score, "precisions": result.precisions, "brevity_penalty": result.bp,
              "hypothesis_tokens": result.sys_len, "reference_tokens": result.ref_len,
              "chrf": chrf.corpus_score(hypotheses, [references]).score,
              "chrf++": chrf2.corpus_score(hypotheses, [references]).score}
    metrics = {"bleu": bleu, "chrf": chrf, "chrf++": chrf2}
    signatures = {name: metric.get_signature().format().rpartition("|version")[0] for name, metric in metrics.items()}
    return values | {"signatures": signatures}


golden = []
for name, pairs in CASES.items():
    h, r = [list(side) for side in zip(*pairs)]
    golden.append({"name": name, "hypotheses": h, "references": r,
                   "tokens": [BLEU()._preprocess_segment(text).split() for text in h],
                   "mixed": scores(h, r, False), "lc": scores(h, r, True)})
with open("translation_scores.json", "w") as file:
    lines = ",\n".join(json.dumps(case) for case in golden)
    file.write(f"[\n{lines}\n]\n")
