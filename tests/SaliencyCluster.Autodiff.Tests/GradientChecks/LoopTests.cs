using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

public class LoopTests
{
    [Fact]
    public void A_gradient_passes_the_steps_of_a_loop()
    {
        // s = tanh(s * w + x) three times, and the sum of all s.
        var body = ModelBuilder.Step("i", "go", "s");
        body.Node("Mul", "s w", "m").Node("Add", "m x", "a").Node("Tanh", "a", "next").Results("go", "next", "next_part")
            .Node("Identity", "next", "next_part");
        var model = new ModelBuilder().Input("x", 1, 4).Longs("steps", 3).Weight("w", [1], 0.7f)
            .Node("Loop", "steps _ x", "last list", ("body", body.Graph)).Node("ReduceSum", "list", "y", ("keepdims", 0)).Longs("row", 1, 1)
            .Node("Reshape", "y row", "flat").Output("flat", 1, 1);
        GradientCheck.Run(Explain.Read(model), "loop", [0.3, -0.5, 0.8, -1.1]);
    }
}
