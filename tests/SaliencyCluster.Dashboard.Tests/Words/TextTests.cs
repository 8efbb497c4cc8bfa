using SaliencyCluster.Dashboard.Words;

namespace SaliencyCluster.Dashboard.Tests.Words;

public sealed class TextTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.421, "0.42")]
    [InlineData(8.14, "8.1")]
    [InlineData(1234.4, "1,234")]
    [InlineData(12_340, "12.3k")]
    [InlineData(4_520_000, "4.5M")]
    public void Rates_have_as_many_digits_as_matter(double rate, string text) => Assert.Equal(text, Text.Rate(rate));

    [Theory]
    [InlineData(0.42, "0.4 s")]
    [InlineData(59, "59 s")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(18_600, "5 h 10 min")]
    [InlineData(180_000, "2 d 2 h")]
    public void Times_are_written_as_people_say_them(double seconds, string text) => Assert.Equal(text, Text.Duration(seconds));

    [Fact]
    public void Nouns_follow_their_number() => Assert.Equal(("1 image", "2 images", "1,000 images"), (Text.Of(1, "image"), Text.Of(2, "image"), Text.Of(1000, "image")));
}
