// Checkpoints: where a training run stands, one directory each, written whole or not at all:
//   RUN/checkpoints/step-000001200/{state.json, weights.safetensors, optimizer.safetensors, ..., xxh64.txt}
// It is written under another name, synced and renamed; the one before it is kept, older ones are removed.
// xxh64.txt holds the hash of every other file, as `xxhsum -c xxh64.txt` reads it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "nn/train/serialize.hpp"

namespace rw::inline REWIND_ABI::nn {

struct Checkpoint {
  std::size_t step = 0;
  std::map<std::string, NamedArrays> arrays;  // "weights" is the file weights.safetensors
  std::string state;                          // JSON
  std::string path;                           // of a loaded one

  // Throws if the checkpoint has no file of this name.
  const NamedArrays& at(const std::string& name) const;
};

// Throws if it cannot be written, a full disk for one: then earlier checkpoints are as they were.
void save_checkpoint(const std::string& run, const Checkpoint& checkpoint);

// The newest. Throws if there is none, or if it is damaged: then the message says which file it is and which
// earlier checkpoint can be used.
Checkpoint load_checkpoint(const std::string& run);

std::vector<std::string> list_checkpoints(const std::string& run);  // paths, oldest first

// Removes what a killed run left unfinished.
void remove_leftovers(const std::string& run);

}  // namespace rw::inline REWIND_ABI::nn
