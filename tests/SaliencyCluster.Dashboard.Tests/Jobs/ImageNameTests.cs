using SaliencyCluster.Dashboard.Jobs;

namespace SaliencyCluster.Dashboard.Tests.Jobs;

public sealed class ImageNameTests
{
    [Theory]
    [InlineData("cat.png", "cat")]
    [InlineData("my cat (2).jpeg", "my-cat--2-")]
    [InlineData("größe.png", "gr--e")]
    [InlineData("..hidden.png", "hidden")]
    [InlineData(".png", "image")]
    [InlineData("a.b.c.npy", "a.b.c")]
    public void A_file_gives_a_name_that_the_gateway_takes(string file, string name) => Assert.Equal(name, ImageName.Of(file));

    [Fact]
    public void A_long_name_is_cut_at_100_characters() => Assert.Equal(new string('a', 100), ImageName.Of(new string('a', 300) + ".png"));
}
