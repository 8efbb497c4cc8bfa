using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Client.Maps;
using SaliencyCluster.Dashboard.Images;

namespace SaliencyCluster.Dashboard.Tests.Images;

public sealed class DrawnSeriesTests
{
    [Fact]
    public void Values_become_pixels_of_their_channels_range()
    {
        // Two images of one row and two columns; red from -1 to 1, green from 0 to 2, blue from 0 to 4.
        float[] values = [-1, 1, 0, 2, 4, 0, 0, 0, 1, 1, 9, -9];
        var series = DrawnSeries.Of(new([2, 3, 1, 2], values), false, "rate=1,range=-1:1/0:2/0:4")!;
        Assert.Equal((2, 1, 2), (series.Frames, series.Height, series.Width));
        Assert.Equal([0, 0, 255, 255, 255, 255, 0, 255, 128, 128, 255, 255, 128, 128, 0, 255], series.Pixels);
    }

    [Fact]
    public void Channels_may_be_last_and_one_channel_is_grey()
    {
        float[] values = [0, 0.5f, 1, 1, 0, 0];
        Assert.Equal([0, 128, 255, 255, 255, 0, 0, 255], DrawnSeries.Of(new([1, 1, 2, 3], values), true, "range=0:1")!.Pixels);
        Assert.Equal([51, 51, 51, 255], DrawnSeries.Of(new([1, 1, 1, 1], [0.2f]), null, "range=0:1")!.Pixels);
    }

    [Theory]
    [InlineData("rate=1")]
    [InlineData("range=1:0")]
    [InlineData("range=a:b")]
    [InlineData("")]
    public void Without_a_range_there_are_no_pixels(string ascent) =>
        Assert.Null(DrawnSeries.Of(new([1, 1, 1, 1], [0.2f]), false, ascent));

    [Fact]
    public void What_is_no_picture_has_no_pixels()
    {
        Assert.Null(DrawnSeries.Of(new([2, 4], new float[8]), false, "range=0:1"));
        Assert.Null(DrawnSeries.Of(new([1, 5, 2, 2], new float[20]), false, "range=0:1"));
    }

    [Fact]
    public void The_distance_is_that_of_the_last_images()
    {
        var one = DrawnSeries.Of(new([2, 1, 1, 2], [1, 1, 0, 0]), false, "range=0:1")!;
        var two = DrawnSeries.Of(new([2, 1, 1, 2], [0, 1, 0, 1]), false, "range=0:1")!;
        Assert.Equal(255 / Math.Sqrt(2), one.DistanceTo(two), 1e-9);
        Assert.Equal(0, one.DistanceTo(one));
    }

    [Fact]
    public void Steps_are_those_that_a_gateway_keeps() => Assert.All(
        Enumerable.Range(1, 1000), steps => Assert.Equal(AscentSpec.FrameSteps(steps), DrawnSeries.StepsOf(steps)));
}
