using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests.Rules;

/// <summary>What a Where passes over has no gradient, whatever slope it has: the guards that models write around roots, logarithms and quotients.</summary>
public class ChoiceTests
{
    private static readonly double[] Image = [-2, -1, 0, 0.25, 0.5, 1, 2, 100];

    public static TheoryData<string, Action<ModelBuilder>, Func<double, double>> Guarded => new()
    {
        { "root", b => b.Node("Sqrt", "x", "f"), x => 0.5 / Math.Sqrt(x) },
        { "power", b => b.Weight("e", [], 0.3f).Node("Pow", "x e", "f"), x => 0.3 * Math.Pow(x, -0.7) },
        { "logarithm", b => b.Node("Log", "x", "f"), x => 1 / x },
        { "reciprocal", b => b.Node("Reciprocal", "x", "f"), x => -1 / (x * x) },
        { "quotient", b => b.Weight("a", [], 3).Node("Div", "a x", "f"), x => -3 / (x * x) },
        { "x log x", b => b.Node("Log", "x", "l").Node("Mul", "x l", "f"), x => Math.Log(x) + 1 },
        {
            "exponential that overflows", b => b.Weight("a", [], -90).Node("Mul", "x a", "m").Node("Exp", "m", "f"),
            x => -90 * Math.Exp(-90 * x)
        },
        {
            "behind a shape",
            b => b.Longs("s", 1, 4, 2).Longs("t", 1, 8).Node("Reshape", "x s", "r").Node("Sqrt", "r", "q").Node("Reshape", "q t", "f"),
            x => 0.5 / Math.Sqrt(x)
        },
    };

    [Theory, MemberData(nameof(Guarded), DisableDiscoveryEnumeration = true)]
    public void A_slope_that_is_passed_over_makes_no_gradient(string what, Action<ModelBuilder> function, Func<double, double> slope)
    {
        var builder = new ModelBuilder(13).Input("x", 1, 8).Weight("zero", [], 0);
        function(builder);
        builder.Node("Greater", "x zero", "g").Node("Where", "g f zero", "y").Output("y", 1, 8);
        var graph = ExplanationCompiler.Compile(Explain.Read(builder), new() { ImageShape = [8], Probability = true });
        using var session = new TestKit.Running.OrtModel(graph.Model);
        double[] seed = [1, 2, 3, 4, 5, 6, 7, 8];
        var gradient = session.Run(("point", Image), ("output_gradient", seed), ("weight", [1]))["partial"];
        var expected = Image.Select((x, i) => x > 0 ? seed[i] * slope(x) : 0).ToArray();
        for (var i = 0; i < expected.Length; i++)
        {
            var miss = Math.Abs(expected[i] - gradient[i]);
            Assert.True(miss <= 1e-4 * Math.Max(1e-3, Math.Abs(expected[i])), $"{what}, {i}: {gradient[i]}, not {expected[i]}");
        }
    }
}
