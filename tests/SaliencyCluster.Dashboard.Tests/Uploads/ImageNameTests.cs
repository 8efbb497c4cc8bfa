using SaliencyCluster.Dashboard.Uploads;

namespace SaliencyCluster.Dashboard.Tests.Uploads;

public sealed class ImageNameTests
{
    [Theory]
    [InlineData("cat.png", "cat")]
    [InlineData("my cat (2).jpeg", "my-cat--2-")]
    [InlineData("größe.png", "gr--e")]
    [InlineData("..hidden.png", "hidden")]
    [InlineData(".png", "image")]
    [InlineData("a.b.c.npy", "a.b.c")]
    [InlineData("north/cat.png", "north-cat")]
    [InlineData("bears/north/cat.1.png", "bears-north-cat.1")]
    public void A_file_gives_a_name_that_the_gateway_takes(string file, string name) => Assert.Equal(name, ImageName.Of(file));

    [Fact]
    public void Of_a_long_name_the_last_100_characters_stay() =>
        Assert.Equal(new string('a', 98) + "-1", ImageName.Of(new string('a', 300) + "-1.png"));
}
