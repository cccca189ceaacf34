#include "datasets/pair_batch.hpp"

#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;

namespace {

const IndexedPairs pairs{{{4, 5, 6}, {7}, {}, {8, 9}}, {{10, 11}, {12, 13, 14}, {15}, {}}};

}  // namespace

TEST_CASE("a batch of pairs: begin before what the decoder reads, end behind what it writes") {
  const PairBatch batch = batch_of(pairs, {1, 0, 2, 3});
  CHECK(batch.size() == 4);
  CHECK(batch.source == IndexArray{{7, 4, 1, 8}, {0, 5, 0, 9}, {0, 6, 0, 0}});
  CHECK(batch.source_lengths == IndexArray{1, 3, 1, 2});
  CHECK(batch.inputs == IndexArray{{2, 2, 2, 2}, {12, 10, 15, 0}, {13, 11, 0, 0}, {14, 0, 0, 0}});
  const Index x = ignored;
  CHECK(batch.targets == IndexArray{{12, 10, 15, 3}, {13, 11, 3, x}, {14, 3, x, x}, {3, x, x, x}});
  CHECK(batch.target_lengths == IndexArray{4, 3, 2, 1});
  CHECK(batch.count == 10);
}

TEST_CASE("a part of a batch of pairs has their columns, and counts its own targets") {
  const PairBatch batch = batch_of(pairs, {1, 0, 2}), part = part_of(batch, 1, 3);
  CHECK(part.size() == 2);
  CHECK(part.source == IndexArray{{4, 1}, {5, 0}, {6, 0}});
  CHECK(part.source_lengths == IndexArray{3, 1});
  CHECK(part.inputs == IndexArray{{2, 2}, {10, 15}, {11, 0}, {0, 0}});
  const Index x = ignored;
  CHECK(part.targets == IndexArray{{10, 15}, {11, 3}, {3, x}, {x, x}});
  CHECK(part.target_lengths == IndexArray{3, 2});
  CHECK(part.count == 5);
  CHECK(part_of(batch, 0, 1).count + part.count == batch.count);
}

TEST_CASE("pairs that are not there") {
  CHECK(message_of([] { batch_of(pairs, {}); }) == "[pad] picks: none, but a batch needs at least one sequence");
  CHECK(message_of([] { batch_of(pairs, {0, 4}); }) == "[pad] picks: 4, but there are 4 sequences");
  CHECK(message_of([] {
          batch_of({{{4}, {5}}, {{6}}}, {0});
        }) == "[batch_of] pairs: 2 sources, but 1 targets; give as many");
}

TEST_CASE("pairs become indices, each side by its codec") {
  const ParallelText text{{"ein Hund", "ein Mann"}, {"a dog", "a man"}};
  CodecOptions words;
  words.kind = CodecOptions::words;
  const TextCodec source = TextCodec::learn({text.source}, words), target = TextCodec::learn({text.target}, words);
  const IndexedPairs indexed = index_pairs(text, source, target);
  CHECK(indexed.size() == 2);
  CHECK(indexed.source == Sequences{{4, 5}, {4, 6}});  // ein Hund Mann
  CHECK(indexed.target == Sequences{{4, 5}, {4, 6}});  // a dog man
  const TextCodec joint = TextCodec::learn({text.source, text.target}, words);
  CHECK(joint.size() == 4 + 6);
  CHECK(index_pairs(text, joint, joint).target == Sequences{{4, 8}, {4, 9}});  // a ein Hund Mann dog man
}
