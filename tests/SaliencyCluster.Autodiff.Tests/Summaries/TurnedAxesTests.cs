using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests.Summaries;

/// <summary>Axes are followed through every way to write a transposition.</summary>
public class TurnedAxesTests
{
    [Fact]
    public void A_transposition_that_names_no_axes_turns_all_of_them_about()
    {
        var builder = new ModelBuilder().Input("x", -1, 3, 8, 8).Weight("w", [4, 3, 1, 1], new float[12])
            .Node("Transpose", "x", "turned").Node("Relu", "turned", "r").Node("Transpose", "r", "back").Node("Conv", "back w", "y")
            .Node("ReduceMean", "y", "z", ("axes", (long[])[2, 3]), ("keepdims", 0));
        Assert.Equal("y", ModelSummary.Of(Explain.Read(builder.Results("z"))).LastConvolution);
    }
}
