using SaliencyCluster.Imaging.HeatMaps;

namespace SaliencyCluster.Attribution.Tests.Images.HeatMaps;

public class MapScaleTests
{
    private static readonly Tensor TwoChannels = new([2, 1, 2], [3, -1, -4, -2]);

    [Theory]
    [InlineData(ChannelReduction.Sum, -1.0 / 3, -1.0)]
    [InlineData(ChannelReduction.AbsoluteSum, 1.0, 3.0 / 7)]
    [InlineData(ChannelReduction.MaximumMagnitude, 1.0, 0.5)]
    [InlineData(ChannelReduction.Norm, 1.0, 0.44721359549995793)]
    public void Channels_are_reduced_as_asked(ChannelReduction reduction, double first, double second)
    {
        var scale = MapScale.Of(TwoChannels, new HeatMapOptions { Reduction = reduction, ClippedPercent = 0 });
        Assert.Equal(first, scale.Values.Values[0], 1e-12);
        Assert.Equal(second, scale.Values.Values[1], 1e-12);
        Assert.Equal(reduction == ChannelReduction.Sum, scale.Signed);
    }

    [Fact]
    public void An_outlier_is_clipped_as_captum_does()
    {
        // 98% of the total magnitude 100 + 99 is reached only at the outlier, 50% at the 100th of the ones.
        float[] values = [.. Enumerable.Repeat(1f, 99), -100];
        Assert.Equal(100, MapScale.Of(new Tensor([1, 10, 10], values), new HeatMapOptions()).Limit);
        var clipped = MapScale.Of(new Tensor([1, 10, 10], values), new HeatMapOptions { ClippedPercent = 60 });
        Assert.Equal(1, clipped.Limit);
        Assert.Equal(-1, clipped.Values.Values[^1]);
    }

    [Fact]
    public void A_map_whose_zero_means_nothing_is_shown_from_its_least_value()
    {
        var scale = MapScale.Of(new Tensor([1, 1, 3], [-4, -3, -2]), new HeatMapOptions { ClippedPercent = 0 }.For("rise"));
        Assert.Equal([0, 0.5, 1], scale.Values.Values);
        Assert.Equal(-4, scale.Least);
        Assert.Equal(2, scale.Limit);
        Assert.False(new HeatMapOptions().For("smoothgrad-squared").FromLeast);
    }

    [Fact]
    public void A_map_of_zeros_stays_zero() =>
        Assert.All(MapScale.Of(Tensor.Zeros(1, 2, 2), new HeatMapOptions()).Values.Values, v => Assert.Equal(0, v));
}
