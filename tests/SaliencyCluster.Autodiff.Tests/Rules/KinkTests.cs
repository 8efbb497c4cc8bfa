using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests.Rules;

/// <summary>Gradients where functions are not differentiable, or where a careless formula gives NaN: the values are PyTorch's.</summary>
public class KinkTests
{
    // Enough channels for the blocked layout's masks.
    private const int Blocked = 16;

    [Fact]
    public void Relu_gradient_at_zero_is_zero() => Assert.Equal([0, 0, 1], Slopes("Relu", [-1, 0, 1]));

    [Fact]
    public void Relu_gradient_of_the_smallest_positive_float_is_one() =>
        Assert.Equal([0, 0, 1, 1, 1], BlockedSlopes("Relu", [-1, 0, 1.17549435e-38, 1e-30, 3e38]));

    [Fact]
    public void Relu6_gradient_is_zero_at_both_bounds_and_one_next_to_them() =>
        Assert.Equal([0, 1, 1, 0, 0], BlockedSlopes("Clip", [0, 1.17549435e-38, 5.9999995, 6, 7], 0, 6));

    [Fact]
    public void Clip_gradient_is_zero_at_both_bounds() => Assert.Equal([0, 0, 1, 0, 0], Slopes("Clip", [-3, -1, 0, 2, 3], -1, 2));

    [Fact]
    public void LeakyRelu_gradient_at_zero_is_the_slope() =>
        Assert.Equal([0.25, 0.25, 1], Slopes("LeakyRelu", [-1, 0, 1], ("alpha", 0.25f)));

    [Fact]
    public void Elu_gradient_at_zero_is_alpha() => Assert.Equal([0.5, 1], Slopes("Elu", [0, 1], ("alpha", 0.5f)));

    [Fact]
    public void HardSigmoid_gradient_is_zero_at_both_kinks() =>
        Assert.Equal([0, 0.25, 0], Slopes("HardSigmoid", [-2, 0, 2], ("alpha", 0.25f)));

    [Fact]
    public void HardSwish_gradient_at_its_kinks_is_that_of_the_middle_piece() =>
        Assert.Equal([0, -0.5, 1.5, 1], Slopes("HardSwish", [-3.5, -3, 3, 3.5]));

    [Fact]
    public void Abs_gradient_at_zero_is_zero() => Assert.Equal([-1, 0, 1], Slopes("Abs", [-2, 0, 2]));

    [Fact]
    public void Softsign_and_softplus_gradients_are_finite_far_out() =>
        Assert.Equal([0, 1], Slopes("Softplus", [-200, 200]));

    [Fact]
    public void Elu_gradient_is_finite_for_large_inputs() => Assert.Equal([1, 0], Slopes("Elu", [500, -500]));

    [Fact]
    public void Square_gradient_at_zero_is_zero() => Assert.Equal([0, 4], Slopes("Pow", [0, 2], 2));

    [Fact]
    public void Gradient_of_the_zeroth_power_at_zero_is_zero() => Assert.Equal([0, 0], Slopes("Pow", [0, 2], 0));

    [Fact]
    public void L2_norm_gradient_at_the_origin_is_zero() => Assert.Equal([0, 0], Slopes("ReduceL2", [0, 0]));

    [Fact]
    public void Gradients_of_roots_at_zero_are_zero_and_not_infinite()
    {
        Assert.Equal([0, 0.25], Slopes("Sqrt", [0, 4]));
        Assert.Equal([0, 0.25], Slopes("Pow", [0, 4], 0.5));
        Assert.Equal([0, 1 / 12.0], Slopes("Pow", [0, 8], 1 / 3.0), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData("Sqrt")]
    [InlineData("Pow")]
    public void A_norm_that_is_written_out_has_a_gradient_at_the_origin(string root)
    {
        var model = new ModelBuilder(18).Input("x", 1, 2).Weight("half", [], 0.5f).Node("Mul", "x x", "squares").Longs("axes", 1)
            .Node("ReduceSum", "squares axes", "sum").Node(root, root == "Pow" ? "sum half" : "sum", "y").Output("y", 1, 1);
        Assert.Equal([0, 0], Explain.Map(Explain.Read(model), new() { ImageShape = [2] }, [0, 0], target: 0));
        var map = Explain.Map(Explain.Read(model), new() { ImageShape = [2] }, [3, 4], target: 0);
        Assert.Equal([0.6, 0.8], map, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Normalising_what_has_no_length_gives_zero_and_the_gradient_zero(int p)
    {
        var model = new ModelBuilder().Input("x", 1, 2).Node("LpNormalization", "x", "n", ("p", p), ("axis", 1)).Weight("w", [2, 1], 1, 3)
            .Node("MatMul", "n w", "y").Output("y", 1, 1);
        Assert.Equal([0, 0], Explain.Map(Explain.Read(model), new() { ImageShape = [2] }, [0, 0], target: 0));
    }

    [Fact]
    public void Product_gradient_is_exact_with_one_zero_and_zero_with_two()
    {
        Assert.Equal([6, 0, 0], Slopes("ReduceProd", [0, 2, 3]));
        Assert.Equal([0, 0, 0], Slopes("ReduceProd", [0, 0, 3]));
    }

    [Fact]
    public void Equal_maxima_of_a_reduction_share_the_gradient() => Assert.Equal([0.5, 0.5, 0], Slopes("ReduceMax", [2, 2, 1]));

    [Fact]
    public void Equal_inputs_of_a_maximum_share_the_gradient() => Assert.Equal([1, 0.5, 0], Slopes("Max", [3, 2, 1], 2));

    [Fact]
    public void First_of_equal_maxima_of_a_pool_takes_the_gradient() => Assert.Equal(
        [1, 0, 0, 0],
        Explain.Map(
            Explain.Read(new ModelBuilder().Input("x", 1, 1, 2, 2).Node("MaxPool", "x", "y", ("kernel_shape", new long[] { 2, 2 })).Output("y", 1, 1, 1, 1)),
            new() { ImageShape = [1, 2, 2] }, [5, 5, 5, 5], target: 0));

    private static double[] Slopes(string op, double[] x, params double[] bounds) => Slopes(op, x, 1, bounds, []);

    private static double[] Slopes(string op, double[] x, (string, object) attribute) => Slopes(op, x, 1, [], [attribute]);

    private static double[] BlockedSlopes(string op, double[] x, params double[] bounds) => Slopes(op, x, Blocked, bounds, []);

    /// <summary>The gradient of the sum of op(x); every channel holds the same numbers.</summary>
    private static double[] Slopes(string op, double[] x, int channels, double[] bounds, (string, object)[] attributes)
    {
        var builder = new ModelBuilder(18).Input("x", 1, channels, 1, x.Length);
        for (var i = 0; i < bounds.Length; i++) builder.Weight($"bound{i}", [], (float)bounds[i]);
        builder.Node(op, string.Join(' ', bounds.Select((_, i) => $"bound{i}").Prepend("x")), "f", attributes);
        builder.Longs("row", 1, -1).Node("Reshape", "f row", "y").Output("y", 1, -1);
        var graph = ExplanationCompiler.Compile(Explain.Read(builder), new() { ImageShape = [channels, 1, x.Length] });
        using var session = new TestKit.Running.OrtModel(graph.Model);
        double[] image = [.. Enumerable.Repeat(x, channels).SelectMany(v => v)];
        double[] ones = [.. Enumerable.Repeat(1.0, (int)graph.OutputShape[0])];
        return session.Run(("point", image), ("output_gradient", ones), ("weight", [1]))["partial"][..x.Length];
    }
}
