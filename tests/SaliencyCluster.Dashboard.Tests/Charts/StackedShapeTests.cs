using SaliencyCluster.Dashboard.Charts;

namespace SaliencyCluster.Dashboard.Tests.Charts;

public sealed class StackedShapeTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1.2, 2)]
    [InlineData(3, 4)]
    [InlineData(450, 500)]
    [InlineData(601, 800)]
    [InlineData(0.07, 0.08)]
    [InlineData(9.5, 10)]
    public void The_top_of_a_chart_is_a_round_number(double value, double top) => Assert.Equal(top, StackedShape.NiceMaximum(value), 1e-12);

    [Fact]
    public void A_chart_without_series_has_its_grid_alone()
    {
        var shape = StackedShape.Of([]);
        Assert.Empty(shape.Areas);
        Assert.Equal([new GridLine(0, 200), new GridLine(0.5, 100), new GridLine(1, 0)], shape.Lines);
    }

    [Fact]
    public void Series_lie_on_each_other_and_the_newest_second_is_left_out()
    {
        // Two vertices of three seconds each, and a second that is not settled.
        var shape = StackedShape.Of([new("a", [1, 1, 1, 2, 2, 2, 0], 0), new("b", [3, 3, 3, 2, 2, 2, 0], 0)]);
        Assert.Equal(["M0 150L600 100", "M0 0L600 0"], shape.Edges);
        Assert.Equal("M0 0L600 0L600 100L0 150Z", shape.Areas[1]);
    }
}
