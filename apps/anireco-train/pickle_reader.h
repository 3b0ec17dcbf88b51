#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace anireco::trainer {

/// A value of a pickle, as far as files of tensors need it. Parts are shared, as pickles share.
struct PickleValue {
  struct Global {
    std::string name;  ///< "module.name"; never called.
  };
  using Ptr = std::shared_ptr<PickleValue>;
  using List = std::vector<Ptr>;
  using Dict = std::vector<std::pair<Ptr, Ptr>>;
  /// A call or an object that is passed over: name and arguments (a List).
  struct Call {
    std::string name;
    Ptr arguments;
  };
  /// What lies beside the pickle, by the tuple (a List) that names it.
  struct Stored {
    Ptr key;
  };
  std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Dict, Global, Call,
               Stored>
      value;
  std::size_t depth = 0;  ///< Of what it holds; bounded, so that its end is no deep recursion.
  bool held = false;      ///< Part of another value, which is filled no further.

  const std::string* text() const { return std::get_if<std::string>(&value); }
  const std::int64_t* number() const { return std::get_if<std::int64_t>(&value); }
  const List* list() const { return std::get_if<List>(&value); }
  const Dict* dict() const { return std::get_if<Dict>(&value); }
  const Call* call() const { return std::get_if<Call>(&value); }
  const Stored* stored() const { return std::get_if<Stored>(&value); }
};

/// Reads a pickle of protocol 2 to 5 without calling anything that it names: a call becomes a
/// Call, but collections.OrderedDict becomes a dict. Time and memory grow as the bytes do. Throws
/// Error{corrupt} for damaged bytes, for instructions that files of tensors do not have and for a
/// container that is filled when it is already part of another (pickles of tensors never do so).
/// torch::pickle_load is not used: LibTorch 1.13 takes protocol 2 alone, and not the calls by which
/// Python writes OrderedDict and Parameter.
PickleValue::Ptr read_pickle(std::string_view bytes);

}  // namespace anireco::trainer
