using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Autodiff.Tests.GradientChecks;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;
using SaliencyCluster.TestKit.Zoo;

namespace SaliencyCluster.Autodiff.Tests.Rules;

/// <summary>DeepLIFT's multipliers: times differences they add up to the difference of the score, whatever the operator.</summary>
public class RescaleTests
{
    public static TheoryData<string> Specs => new(GradientSpecs.All.Select(s => s.Name));

    public static TheoryData<string> Models => new(ZooModel.NamesIn(ZooModel.Repository));

    /// <summary>In every situation whose gradient is checked; those that are not exact must be said to be.</summary>
    [Theory, MemberData(nameof(Specs), DisableDiscoveryEnumeration = true)]
    public void Multipliers_times_differences_add_up_to_the_difference(string name)
    {
        var spec = GradientSpecs.All.Single(s => s.Name == name);
        var model = SpecModel.Build(spec, spec.Opsets.Last());
        if (ModelSummary.Of(model).NotRescaled is { } curved)
        {
            Assert.NotEmpty(curved);
            return;
        }
        double[] Draw(int seed)
        {
            var random = new Random(seed);
            return [.. spec.Args.OfType<Operand>().SelectMany(o => o.Draw.Values(Explain.Size(o.Shape), random))];
        }
        var (sum, difference) = Sides(model, Draw(7), Draw(8), ElementType.Double, ElementType.Float);
        Assert.Equal(difference, sum, 2e-4 * Math.Max(1, Math.Abs(difference)));
    }

    [Theory, MemberData(nameof(Models))]
    public void Maps_of_small_networks_are_complete_but_for_the_operators_that_are_named(string name)
    {
        var zoo = ZooModel.Load(ZooModel.Repository, name);
        var model = ModelReader.ReadFile(zoo.OnnxFile);
        if (ModelSummary.Of(model, zoo.Image).NotRescaled is not null) return;
        var (sum, difference) = Sides(model, zoo.Pixels(), new double[zoo.Pixels().Length], zoo.Image, ElementType.Float);
        Assert.Equal(difference, sum, 1e-3 * Math.Max(1, Math.Abs(difference)));
    }

    [Theory]
    [InlineData("Relu", 2, -1, 2.0 / 3)] // the quotient of differences
    [InlineData("Relu", -1, -2, 0)]
    [InlineData("Relu", 2, 2, 1)] // where nothing differs, the gradient
    [InlineData("Sigmoid", 1, 0, 0.23105857863)]
    [InlineData("Tanh", 0.5, 0.5, 0.78644773296)]
    [InlineData("Abs", 3, -1, 0.5)]
    public void A_function_of_one_element_has_the_quotient_of_differences(string op, double point, double reference, double expected)
    {
        var model = Explain.Read(new ModelBuilder().Input("x", 1, 1).Weight("w", [1], 1).Node("Mul", "x w", "m").Node(op, "m", "r")
            .Node("Add", "r w", "y").Output("y", 1, 1));
        // Beside it an element that always differs, so that a multiplier is seen where nothing does.
        Assert.Equal(expected, Multiplier(model, point, reference), 1e-6);
    }

    [Fact]
    public void A_product_of_two_activations_is_shared_by_both()
    {
        // x0 * relu(x1) from (1, -1) to (3, 2): relu(x1) differs by 2 over 3; 2 * (2 + 0) / 2 + 2 * (3 + 1) / 2 = 6.
        var model = Explain.Read(new ModelBuilder().Input("x", 1, 2)
            .Longs("zero", 0).Longs("one", 1)
            .Node("Gather", "x zero", "a", ("axis", 1)).Node("Gather", "x one", "b", ("axis", 1)).Node("Relu", "b", "r")
                .Node("Mul", "a r", "y").Output("y", 1, 1));
        Assert.Equal([2, 4], Map(model, [3, 2], [1, -1]).Select(v => Math.Round(v, 5)));
    }

    [Fact]
    public void An_extreme_gives_what_is_gained_to_the_points_maximum_and_what_is_lost_to_the_references()
    {
        var model = Explain.Read(new ModelBuilder(18).Input("x", 1, 1, 2, 2).Longs("axis", 3)
            .Node("ReduceMax", "x axis", "y", ("keepdims", 0)).Output("y", 1, 1, 2));
        // The first row rises from 2 (left) to 5 (right), the second falls from 7 (left) to 4 (right).
        Assert.Equal([0, 3], Map(model, [1, 5, 1, 4], [2, 0, 7, 3], [1, 2, 2], target: 0)[..2].Select(v => Math.Round(v, 5)));
        Assert.Equal([-3, 0], Map(model, [1, 5, 1, 4], [2, 0, 7, 3], [1, 2, 2], target: 1)[2..].Select(v => Math.Round(v, 5)));
    }

    [Fact]
    public void A_max_pool_passes_everything_to_the_points_maximum_as_captum_does()
    {
        var model = Explain.Read(new ModelBuilder().Input("x", 1, 1, 1, 4)
            .Node("MaxPool", "x", "y", ("kernel_shape", (long[])[1, 2]), ("strides", (long[])[1, 2])).Output("y", 1, 1, 1, 2));
        Assert.Equal([0, 5], Map(model, [1, 5, 1, 4], [2, 0, 7, 3], [1, 1, 4], target: 0)[..2].Select(v => Math.Round(v, 5)));
        Assert.Equal(["MaxPool (1 node)"], ModelSummary.Of(model).NotRescaled!);
    }

    [Fact]
    public void Operators_that_curve_without_a_rule_are_named()
    {
        var model = Explain.Read(new ModelBuilder().Input("x", 1, 3).Weight("w", [3], 1, 2, 3)
            .Node("Softmax", "x", "s", ("axis", 1)).Node("Softmax", "s", "t", ("axis", 1))
                .Node("ReduceL2", "t", "n", ("axes", (long[])[1])).Node("Mul", "n w", "y").Output("y", 1, 3));
        Assert.Equal(["ReduceL2 (1 node)", "Softmax (2 nodes)"], ModelSummary.Of(model).NotRescaled!);
    }

    private static double Multiplier(OnnxModel model, double point, double reference)
    {
        var map = Map(model, [point], [reference]);
        if (point != reference) return map[0] / (point - reference);
        // Times a difference of zero nothing is seen: a nearby reference instead.
        return Map(model, [point], [reference + 1e-8])[0] is var nearby && nearby == 0 ? Gradient(model, point) : nearby / -1e-8;
    }

    private static double Gradient(OnnxModel model, double point) => Explain.Map(model, new() { ImageShape = [1] }, [point], 0)[0];

    private static double[] Map(OnnxModel model, double[] point, double[] reference, long[]? shape = null, int target = 0)
    {
        var graph = ExplanationCompiler.Compile(model, Spec(shape ?? [point.Length]));
        var seed = new double[Explain.Size(graph.OutputShape)];
        seed[target] = 1;
        using var session = new OrtModel(graph.Model);
        return session.Run(("point", point), ("multiplier", reference), ("output_gradient", seed), ("weight", [1]))["partial"];
    }

    private static ExplanationSpec Spec(long[] shape) => new() { ImageShape = shape, Rules = GradientRules.Rescale, Multiplier = true };

    private static (double Sum, double Difference) Sides(OnnxModel model, double[] point, double[] reference, params ElementType[] types)
    {
        try
        {
            return Sides(model, point, reference, [point.Length], types[0]);
        }
        catch (OnnxRuntimeException) when (types.Length > 1)
        {
            return Sides(model, point, reference, types[1..]); // no double kernel for this operator
        }
    }

    private static (double Sum, double Difference) Sides(OnnxModel model, double[] point, double[] reference, long[] shape,
        ElementType type)
    {
        var graph = ExplanationCompiler.Compile(model, Spec(shape), type);
        var direction = Draw.Any.Values(Explain.Size(graph.OutputShape), new Random(11));
        using var session = new OrtModel(graph.Model);
        var there = session.Run(("point", point), ("multiplier", reference), ("output_gradient", direction), ("weight", [1]));
        var back = session.Run(("point", reference), ("multiplier", point), ("output_gradient", direction), ("weight", [1]));
        return (there["partial"].Sum(), there["score"][0] - back["score"][0]);
    }
}
