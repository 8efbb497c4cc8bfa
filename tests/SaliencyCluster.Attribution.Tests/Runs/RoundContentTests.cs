using System.Text.Json;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Tests.Runs;

/// <summary>Rounds are shared where they are the same to the bit.</summary>
public sealed class RoundContentTests
{
    private static readonly Round Round = new()
    {
        Number = 2, Map = PointMap.Gradient, Layer = "layer", Target = "3", Points = [new(0, 1), new(0.5, 0.25f, 1, 2)],
        Recipe = new()
        {
            Baselines = [new(default, 0.5)], Parameters = [1, 0], Anchors = [new([1, 2], [0, 1])], Noise = new(1, 2, 0.5, default, 4),
        },
    };

    public static TheoryData<string> Changes => [.. Changed.Keys];

    private static Dictionary<string, Round> Changed => new()
    {
        ["number"] = Round with { Number = 3 },
        ["layer"] = Round with { Layer = null },
        ["target"] = Round with { Target = "4" },
        ["probability"] = Round with { Probability = true },
        ["micro-batch"] = Round with { MicroBatch = 2 },
        ["shards"] = Round with { ShardPoints = 2 },
        ["a point's place"] = Round with { Points = [new(-0.0, 1), Round.Points[1]] },
        ["a point's weight"] = Round with { Points = [new(0, 2), Round.Points[1]] },
        ["a point's sample"] = Round with { Points = [Round.Points[0], Round.Points[1] with { Sample = 2 }] },
        ["a point's variant"] = Round with { Points = [Round.Points[0], Round.Points[1] with { Variant = 1 }] },
        ["the number of points"] = Round with { Points = [Round.Points[0]] },
        ["a baseline"] = Round with { Recipe = Round.Recipe with { Baselines = [new(default, 0.25)] } },
        ["a parameter"] = Round with { Recipe = Round.Recipe with { Parameters = [1, -0.0] } },
        ["the noise"] = Round with { Recipe = Round.Recipe with { Noise = Round.Recipe.Noise! with { Seed = 2 } } },
        ["an anchor"] = Round with { Recipe = Round.Recipe with { Anchors = [new([1, 2], [-0f, 1])] } },
        ["an anchor's shape"] = Round with { Recipe = Round.Recipe with { Anchors = [new([2, 1], [0, 1])] } },
        ["the multiplier"] = Round with { Recipe = Round.Recipe with { Multiplier = MultiplierKind.Point } },
    };

    [Fact]
    public void A_copy_is_the_same()
    {
        var copy = JsonSerializer.Deserialize<Round>(JsonSerializer.Serialize(Round))!;
        Assert.Equal(copy, Round, RoundContent.Comparer);
        Assert.Equal(RoundContent.Comparer.GetHashCode(Round), RoundContent.Comparer.GetHashCode(copy));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Whatever_differs_makes_another_round(string what) => Assert.NotEqual(Changed[what], Round, RoundContent.Comparer);
}
