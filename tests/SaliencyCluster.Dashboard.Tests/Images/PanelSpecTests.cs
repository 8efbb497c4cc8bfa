using SaliencyCluster.Dashboard.Images;

namespace SaliencyCluster.Dashboard.Tests.Images;

public sealed class PanelSpecTests
{
    private static readonly HashSet<string> Methods = ["gradient", "grad-cam", "rise"];

    [Theory]
    [InlineData("job")]
    [InlineData("job-3")]
    [InlineData("grad-cam")]
    [InlineData("grad-cam@bears-again:2")]
    [InlineData("gradient~7")]
    [InlineData("gradient@a:1~3.5")]
    public void What_is_written_into_addresses_is_read_back(string word) => Assert.Equal(word, PanelSpec.Parse(word).ToString());

    [Fact]
    public void An_element_of_an_output_with_several_dimensions_has_commas_again() =>
        Assert.Equal(new PanelSpec(null, "gradient", "a:1", "3,5"), PanelSpec.Parse("gradient@a:1~3.5"));

    [Theory]
    [InlineData("", "job job-1")]
    [InlineData("?methods=rise", "job job-1 rise")]
    [InlineData("?panels=job-1,gradient~2,gradient~2", "job-1 gradient~2")]
    [InlineData("?panels=grad-cam&methods=rise", "grad-cam")]
    public void An_address_says_which_panels_there_are(string query, string panels)
    {
        var (read, leftOut) = Read(query);
        Assert.Equal((panels, null), (string.Join(' ', read), leftOut));
    }

    [Fact]
    public void More_than_six_are_refused_with_a_sentence()
    {
        var (read, leftOut) = Read("?panels=job,job-1,gradient,rise,grad-cam,gradient~1,gradient~2,gradient~3");
        Assert.Equal(6, read.Count);
        Assert.Equal("A page shows at most 6 maps: close one to see another. 2 of 8 are not shown.", leftOut);
    }

    [Fact]
    public void What_is_no_map_is_named_and_the_rest_is_shown()
    {
        var (read, leftOut) = Read("?panels=job-2,nothing,rise");
        Assert.Equal("rise", string.Join(' ', read));
        Assert.Equal("There is no map 'job-2', 'nothing' here: a panel shows 'job', 'job-1' and so on, or a method.", leftOut);
    }

    private static (IReadOnlyList<PanelSpec> Panels, string? LeftOut) Read(string query) =>
        PanelSpec.Read(new("http://localhost/jobs/a/images/0" + query), ofJob: 2, Methods);
}
