// Texts, strings and numbers to indices, as a C++ program has it.
#include <gtest/gtest.h>

#include "lamina/lamina.hpp"
#include "text/unicode.hpp"

namespace lamina {
namespace {

using Whole = std::vector<std::int64_t>;

Whole values(const Tensor& tensor) { return tensor.to_vector<std::int64_t>(); }

TEST(TextVectorization, LearnsWordsAndFindsThem) {
  TextVectorization text({.output_sequence_length = 4});
  text.adapt({"foo bar", "bar baz", "baz, bada BOOM!"});
  EXPECT_EQ(text.vocabulary().terms(),
            (std::vector<std::string>{"", "[UNK]", "baz", "bar", "foo", "boom", "bada"}));
  const Tensor indices = text.transform({"foo qux bar", "qux baz"});
  EXPECT_EQ(indices.shape(), Shape({2, 4}));
  EXPECT_EQ(values(indices), (Whole{4, 1, 3, 0, 1, 2, 0, 0}));
}

TEST(TextVectorization, OwnStepsTakeThePlaceOfAny) {
  const TextVectorization text({.vocabulary = {"a b", "c"}});
  const StringLists split{.values = {"c", "a b", "d"}, .ends = {2, 3}, .shape = {2}};
  EXPECT_EQ(values(text.indexed(split)), (Whole{3, 2, 1, 0}));
  const TextVectorization other({.standardize = "mine", .vocabulary = {"a"}});
  EXPECT_THROW(other.transform({"a"}), Error);
  EXPECT_EQ(values(other.indexed(other.split({"a b"}))), (Whole{2, 1}));
}

TEST(TextVectorization, CharactersAsRows) {
  const TextVectorization letters(
      {.split = "character", .output_mode = "one_hot", .vocabulary = {"ä", "b"}});
  const Tensor rows = letters.transform({"bä"});
  EXPECT_EQ(rows.shape(), Shape({1, 2, 3}));
  EXPECT_EQ(rows.to_vector<float>(), (std::vector<float>{0, 0, 1, 0, 1, 0}));
}

TEST(TextVectorization, IsMadeAgainWithItsVocabulary) {
  TextVectorization text({.ngrams = {1, 2}, .output_mode = "tf_idf"});
  text.adapt({"a b", "b"});
  const auto copy =
      std::dynamic_pointer_cast<TextVectorization>(make_layer("TextVectorization", text.config()));
  EXPECT_EQ(copy->transform({"b a b"}).to_vector<float>(),
            text.transform({"b a b"}).to_vector<float>());
  EXPECT_EQ(copy->config(), text.config());
}

TEST(TextVectorization, IsNoPartOfAComputation) {
  TextVectorization text({.vocabulary = {"a"}});
  EXPECT_THROW(text(Tensor({1, 2})), Error);
}

TEST(StringLookup, ShapesStay) {
  const StringLookup lookup({.mask_token = "", .vocabulary = {"a", "b"}});
  StringArray strings{"a", "b", "", "x"};
  const Tensor indices = lookup.transform(strings.reshape({2, 2}));
  EXPECT_EQ(indices.shape(), Shape({2, 2}));
  EXPECT_EQ(values(indices), (Whole{2, 3, 0, 1}));
  EXPECT_THROW(strings.reshape({3}), Error);
  const StringLookup back({.mask_token = "", .vocabulary = {"a", "b"}, .invert = true});
  EXPECT_EQ(back.inverted(indices).list(), (std::vector<std::string>{"a", "b", "", "[UNK]"}));
}

TEST(IntegerLookup, LearnsNumbers) {
  IntegerLookup lookup;
  const Whole data{7, 7, 5, -3};
  lookup.adapt(Tensor::copy_of(std::span<const std::int64_t>(data), {4}));
  EXPECT_EQ(lookup.vocabulary().terms(), (Whole{-1, 7, 5, -3}));
  EXPECT_EQ(values(lookup(Tensor({{5, 8}, {-3, 7}}))), (Whole{2, 0, 3, 1}));
}

TEST(Vocabulary, RefusesTermsThatAreNoText) {
  StringLookup lookup;
  EXPECT_THROW(lookup.adapt({"a\xff"}), Error);
  EXPECT_THROW(lookup.set_vocabulary({"a", "a"}), Error);
}

TEST(Unicode, BytesThatAreNoCharacterAreReplacedOneByOne) {
  // An overlong slash, half of a pair, a lonely byte, a sequence cut short, one beyond Unicode.
  for (const char* wrong : {"\xc0\xaf", "\xed\xa0\x80", "\x80", "\xe2\x82", "\xf4\x90\x80\x80"}) {
    EXPECT_FALSE(text::is_utf8(wrong));
    std::size_t at = 0;
    EXPECT_EQ(text::next_character(wrong, at), text::replacement);
    EXPECT_EQ(at, 1U);
  }
  EXPECT_TRUE(text::is_utf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x99\x82\xef\xbf\xbd"));
}

}  // namespace
}  // namespace lamina
