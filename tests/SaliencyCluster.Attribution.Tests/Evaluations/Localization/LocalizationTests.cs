using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Evaluation.Metrics.Localization;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Localization;

public sealed class LocalizationTests
{
    private static readonly Mask Corner = new(2, 3, [true, true, false, false, false, false]);

    [Fact]
    public void Mass_accuracy_is_the_share_of_mass_on_the_object() =>
        Assert.Equal(0.6, LocalizationMetrics.MassAccuracy(new(2, 3, [2, 1, 1, 0, 1, 0]), Corner), 1e-12);

    [Fact]
    public void Rank_accuracy_looks_only_at_as_many_pixels_as_the_object_has() =>
        Assert.Equal(0.5, LocalizationMetrics.RankAccuracy(new(2, 3, [9, 1, 8, 0, 7, 0]), Corner), 1e-12);

    [Fact]
    public void Pointing_game_is_won_when_any_of_the_strongest_pixels_is_on_the_object()
    {
        Assert.Equal(1, LocalizationMetrics.PointingGame(new(2, 3, [0, 5, 5, 0, 0, 0]), Corner));
        Assert.Equal(0, LocalizationMetrics.PointingGame(new(2, 3, [4, 4, 5, 0, 0, 0]), Corner));
    }

    [Fact]
    public void Nothing_can_be_said_of_an_empty_mask_or_an_empty_map()
    {
        var none = new Mask(2, 3, new bool[6]);
        var map = new Plane(2, 3, [1, 2, 3, 4, 5, 6]);
        Assert.Equal(double.NaN, LocalizationMetrics.MassAccuracy(map, none));
        Assert.Equal(double.NaN, LocalizationMetrics.RankAccuracy(map, none));
        Assert.Equal(double.NaN, LocalizationMetrics.PointingGame(map, none));
        Assert.Equal(double.NaN, LocalizationMetrics.MassAccuracy(map.Select(_ => 0), Corner));
    }

    [Fact]
    public void A_map_that_is_the_mask_scores_one_and_an_even_map_scores_the_share_of_the_object()
    {
        var perfect = new Plane(2, 3, [1, 1, 0, 0, 0, 0]);
        Assert.Equal(1, LocalizationMetrics.MassAccuracy(perfect, Corner));
        Assert.Equal(1, LocalizationMetrics.RankAccuracy(perfect, Corner));
        Assert.Equal(Corner.Share, LocalizationMetrics.MassAccuracy(perfect.Select(_ => 1), Corner), 1e-12);
    }

    [Fact]
    public void A_mask_is_what_is_brighter_than_half_of_the_brightest_pixel() =>
        Assert.Equal([true, false, true, false], Mask.Of(new(2, 2, [255, 127, 200, 0])).Inside);
}
