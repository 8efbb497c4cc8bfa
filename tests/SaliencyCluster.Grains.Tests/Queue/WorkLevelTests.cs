using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.Grains.Tests.Queue;

/// <summary>What a worker of 0.1 does not see in a round, and would leave out without a word.</summary>
public class WorkLevelTests
{
    private static readonly Round Plain = new() { Map = PointMap.Gradient, Recipe = new(), Points = [new(1, 1)] };

    [Fact]
    public void What_version_0_1_computes_may_go_to_it()
    {
        foreach (var map in (PointMap[])[PointMap.None, PointMap.Gradient, PointMap.GradCam, PointMap.GuidedGradCam])
            foreach (var path in Enum.GetValues<PathKind>().Where(p => p <= PathKind.Perturbed))
                Assert.Equal(0, WorkLevel.Of(Plain with { Map = map, Recipe = new() { Path = path } }, ModelPreprocessing.Default));
    }

    [Fact]
    public void What_came_later_needs_a_worker_of_this_version()
    {
        Round[] rounds =
        [
            Plain with { Output = "boxes" }, Plain with { AsIs = true }, Plain with { Score = ScoreKind.Likeness },
            Plain with { Similarity = new(new("yolov8", "out", "out", 2), [[2, 6]], 8, 8, new(0, 0, 4, 4), [1, 0], 1) },
            Plain with { Layout = ImageLayout.ChannelsLast },
            Plain with { Map = PointMap.HiResCam }, Plain with { Map = PointMap.ActivationTimesGradient },
            Plain with { Map = PointMap.AttentionRollout }, Plain with { Map = PointMap.LeGrad },
            Plain with { Recipe = new() { Path = PathKind.Coalition } },
            Plain with { Recipe = new() { Path = PathKind.ChannelMask } },
            Plain with { Rules = GradientRules.Rescale },
            Plain with { BehindLayer = true }, Plain with { Map = PointMap.GradCam, Tokens = true },
            Plain with { Map = PointMap.GradCam, Against = [new(1, -0.5f)] }, Plain with { Recipe = new() { Path = PathKind.WithoutChannel } },
            Plain with { Recipe = new() { Multiplier = MultiplierKind.Baseline } },
        ];
        Assert.All(rounds, r => Assert.Equal(WorkLevel.Current, WorkLevel.Of(r, ModelPreprocessing.Default)));
        Assert.Equal(WorkLevel.Current, WorkLevel.Of(Plain, ModelPreprocessing.Default with { BlueFirst = true }));
        Assert.Equal(
            WorkLevel.Current, WorkLevel.Of(Plain, ModelPreprocessing.Default with { Resize = new("crop", "bicubic", 256, 0.875, null, null, [0, 0, 0]) }));
    }
}
