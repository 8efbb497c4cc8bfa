using SaliencyCluster.Autodiff.Tests.Goldens;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Autodiff.Tests.Maps;

public class WeightedSumTests
{
    private static readonly double[] _two = [.. OneConvNet.Image, .. OneConvNet.Image.Select(v => v / 2)];
    private static readonly double[] _seed = [1, 0, 0, 0, 0, 0.5, 0, 0];

    [Fact]
    public void Rows_sum_the_points_with_their_own_weights()
    {
        var single = Run(new() { ImageShape = OneConvNet.Shape, MicroBatch = 2, Rows = 2 }, ("weight", [1, 0, 0, 1]))["partial"];
        var mixed = Run(new() { ImageShape = OneConvNet.Shape, MicroBatch = 2, Rows = 2 }, ("weight", [2, -1, 0.5, 3]))["partial"];
        Assert.Equal([.. Range(i => (2 * single[i]) - single[i + 16]), .. Range(i => (0.5 * single[i]) + (3 * single[i + 16]))], mixed);
    }

    [Fact]
    public void Squares_are_those_of_each_points_map()
    {
        var single = Run(new() { ImageShape = OneConvNet.Shape, MicroBatch = 2, Rows = 2 }, ("weight", [1, 0, 0, 1]))["partial"];
        var squares = Run(new() { ImageShape = OneConvNet.Shape, MicroBatch = 2, Squares = true }, ("weight", [2, 3]))["partial_squared"];
        Assert.Equal(Range(i => (2 * single[i] * single[i]) + (3 * single[i + 16] * single[i + 16])), squares);
    }

    [Fact]
    public void Multiplier_multiplies_each_points_map_before_it_is_squared()
    {
        var single = Run(new() { ImageShape = OneConvNet.Shape, MicroBatch = 2, Rows = 2 }, ("weight", [1, 0, 0, 1]))["partial"];
        var times = Run(
            new() { ImageShape = OneConvNet.Shape, MicroBatch = 2, Multiplier = true, Squares = true }, ("weight", [1, 1]), ("multiplier", _two));
        Assert.Equal(Range(i => (single[i] * _two[i]) + (single[i + 16] * _two[i + 16])), times["partial"]);
        Assert.Equal(Range(i => Math.Pow(single[i] * _two[i], 2) + Math.Pow(single[i + 16] * _two[i + 16], 2)), times["partial_squared"]);
    }

    [Fact]
    public void Score_is_the_seed_times_the_output_and_a_forward_graph_gives_the_output()
    {
        var results = Run(new() { ImageShape = OneConvNet.Shape, MicroBatch = 2, Map = PointMap.None });
        Assert.Equal([results["output"][0], results["output"][5] / 2], results["score"]);
        Assert.DoesNotContain("partial", results.Keys);
    }

    private static double[] Range(Func<int, double> value) => [.. Enumerable.Range(0, 16).Select(value)];

    private static Dictionary<string, double[]> Run(ExplanationSpec spec, params (string, double[])[] more)
    {
        using var session = new OrtModel(ExplanationCompiler.Compile(OneConvNet.Read(), spec).Model);
        return session.Run([("point", _two), ("output_gradient", _seed), .. more]);
    }
}
