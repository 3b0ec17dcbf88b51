#include "pickle_reader.h"

#include <algorithm>
#include <bit>
#include <map>

#include "base/error.h"

namespace anireco::trainer {
namespace {

using Value = PickleValue;
using Ptr = Value::Ptr;

[[noreturn]] void damaged(const std::string& reason) {
  throw Error(ErrorKind::corrupt, "the pickle in the file " + reason);
}

template <typename T>
Ptr make(T value) {
  return std::make_shared<Value>(Value{.value = std::move(value)});
}

constexpr std::size_t kDeepest = 64;

/// Longer names are no Python function's.
constexpr std::size_t kLongestName = 256;

void deepen(Value& value, const Value::List& parts) {
  for (const Ptr& part : parts) {
    part->held = true;
    value.depth = std::max(value.depth, part->depth + 1);
  }
  if (value.depth > kDeepest) damaged("nests too deeply");
}

Ptr holding(Ptr value, const Value::List& parts) {
  deepen(*value, parts);
  return value;
}

/// Holders would not learn that it got deeper, nor that it holds itself.
void fill(Value& target, const Value::List& parts) {
  deepen(target, parts);
  if (target.held) damaged("fills what is already part of another value");
}

Ptr global(std::string_view module, std::string_view name) {
  if (module.size() + name.size() > kLongestName) damaged("names a global beyond measure");
  return make(Value::Global{std::string(module) + "." + std::string(name)});
}

/// The stack machine of a pickle; its instructions are described in Python's pickletools.
class Machine {
 public:
  explicit Machine(std::string_view bytes) : rest_(bytes) {}

  Ptr run() {
    for (;;) {
      const auto code = static_cast<unsigned char>(take(1).front());
      if (code == '.') return pop();
      if (!push_constant(code) && !build(code) && !remember(code)) {
        damaged("has an instruction that files of tensors lack");
      }
    }
  }

 private:
  std::string_view take(std::uint64_t count) {
    if (count > rest_.size()) damaged("ends too early");
    const std::string_view bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return bytes;
  }

  std::uint64_t little(std::size_t width) {
    std::uint64_t number = 0;
    const std::string_view bytes = take(width);
    for (std::size_t i = 0; i < width; ++i) {
      number |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    }
    return number;
  }

  /// Two's complement of `width` bytes.
  std::int64_t whole(std::size_t width) {
    if (width > 8) damaged("has a number beyond 64 bits");
    if (width == 0) return 0;
    const std::size_t unused = 64 - 8 * width;
    return std::bit_cast<std::int64_t>(little(width) << unused) >> unused;
  }

  std::string line() {
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) damaged("ends too early");
    std::string text(take(end));
    take(1);
    return text;
  }

  void push(Ptr value) { stack_.push_back(std::move(value)); }

  void push_tuple(Value::List items) { push(holding(make(items), items)); }

  Ptr pop() {
    if (stack_.empty() || (!marks_.empty() && stack_.size() <= marks_.back())) {
      damaged("takes from an empty stack");
    }
    Ptr value = std::move(stack_.back());
    stack_.pop_back();
    return value;
  }

  Value::List pop_to_mark() {
    if (marks_.empty()) damaged("lacks a mark");
    const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    Value::List items(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    marks_.pop_back();
    return items;
  }

  Value::List pop_last(std::size_t count) {
    Value::List items(count);
    for (std::size_t i = count; i > 0; --i) items[i - 1] = pop();
    return items;
  }

  bool push_constant(unsigned char code) {
    switch (code) {
      case 'N':
        push(make(std::monostate()));
        return true;
      case 0x88:
        push(make(true));
        return true;
      case 0x89:
        push(make(false));
        return true;
      case 'J':
        push(make(whole(4)));
        return true;
      case 'K':
        push(make(static_cast<std::int64_t>(little(1))));
        return true;
      case 'M':
        push(make(static_cast<std::int64_t>(little(2))));
        return true;
      case 0x8a:
        push(make(whole(little(1))));
        return true;
      case 'G':
        push(make(std::bit_cast<double>(__builtin_bswap64(little(8)))));
        return true;
      case 'X':
        push(make(std::string(take(little(4)))));
        return true;
      case 0x8c:
        push(make(std::string(take(little(1)))));
        return true;
      case 0x8d:
        push(make(std::string(take(little(8)))));
        return true;
      case 'U':
      case 'C':
        push(make(std::string(take(little(1)))));
        return true;
      case 'T':
      case 'B':
        push(make(std::string(take(little(4)))));
        return true;
      case '}':
        push(make(Value::Dict()));
        return true;
      case ']':
      case ')':
        push(make(Value::List()));
        return true;
      case 'c': {
        const std::string module = line();
        push(global(module, line()));
        return true;
      }
      default:
        return false;
    }
  }

  bool build(unsigned char code) {
    switch (code) {
      case 't':
        push_tuple(pop_to_mark());
        return true;
      case 0x85:
        push_tuple(pop_last(1));
        return true;
      case 0x86:
        push_tuple(pop_last(2));
        return true;
      case 0x87:
        push_tuple(pop_last(3));
        return true;
      case 0x93: {
        const Value::List names = pop_last(2);
        if (names[0]->text() == nullptr || names[1]->text() == nullptr) damaged("names no global");
        push(global(*names[0]->text(), *names[1]->text()));
        return true;
      }
      case 'R':
      case 0x81:
        call();
        return true;
      // State of an object: tensors have none that counts.
      case 'b':
        pop();
        return true;
      case 'Q': {
        const Ptr key = pop();
        if (key->list() == nullptr) damaged("names stored bytes without a tuple");
        push(holding(make(Value::Stored{key}), {key}));
        return true;
      }
      case 's':
        set_items(pop_last(2));
        return true;
      case 'u':
        set_items(pop_to_mark());
        return true;
      case 'a':
        append(pop_last(1));
        return true;
      case 'e':
        append(pop_to_mark());
        return true;
      default:
        return false;
    }
  }

  bool remember(unsigned char code) {
    switch (code) {
      case 0x80:
        take(1);
        return true;
      case 0x95:
        take(8);
        return true;
      case '(':
        marks_.push_back(stack_.size());
        return true;
      case '0':
        pop();
        return true;
      case 'q':
        memo_[little(1)] = top();
        return true;
      case 'r':
        memo_[little(4)] = top();
        return true;
      case 0x94: {
        const Ptr value = top();
        memo_[memo_.size()] = value;
        return true;
      }
      case 'h':
        push(memory(little(1)));
        return true;
      case 'j':
        push(memory(little(4)));
        return true;
      default:
        return false;
    }
  }

  Ptr top() {
    const Ptr value = pop();
    push(value);
    return value;
  }

  Ptr memory(std::uint64_t key) const {
    const auto found = memo_.find(key);
    if (found == memo_.end()) damaged("recalls what it never kept");
    return found->second;
  }

  void call() {
    const Value::List parts = pop_last(2);
    const auto* function = std::get_if<Value::Global>(&parts[0]->value);
    if (parts[1]->list() == nullptr) damaged("calls without arguments");
    const std::string name = function == nullptr ? "" : function->name;
    if (name == "collections.OrderedDict") {
      push(make(Value::Dict()));
    } else {
      push(holding(make(Value::Call{name, parts[1]}), {parts[1]}));
    }
  }

  void set_items(const Value::List& items) {
    const Ptr target = top();
    if (items.size() % 2 != 0) damaged("has a key without a value");
    auto* dict = std::get_if<Value::Dict>(&target->value);
    if (dict == nullptr) return;
    fill(*target, items);
    for (std::size_t i = 0; i < items.size(); i += 2) dict->emplace_back(items[i], items[i + 1]);
  }

  void append(const Value::List& items) {
    const Ptr target = top();
    auto* list = std::get_if<Value::List>(&target->value);
    if (list == nullptr) return;
    fill(*target, items);
    list->insert(list->end(), items.begin(), items.end());
  }

  std::string_view rest_;
  Value::List stack_;
  std::vector<std::size_t> marks_;
  std::map<std::uint64_t, Ptr> memo_;
};

}  // namespace

PickleValue::Ptr read_pickle(std::string_view bytes) { return Machine(bytes).run(); }

}  // namespace anireco::trainer
