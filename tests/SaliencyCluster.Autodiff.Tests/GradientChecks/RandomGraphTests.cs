using CsCheck;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

public class RandomGraphTests
{
    private const int Graphs = 40;
    private const int MaxOperators = 20;

    // The same graphs in every run: a generator of a fixed seed, so that a failure is found again.
    [Fact]
    public void Gradients_of_random_graphs_match_central_differences()
    {
        var generator = Gen.Int[0, 100_000].Array[1, MaxOperators];
        var random = new PCG(1, 2026);
        for (var i = 0; i < Graphs; i++)
        {
            var (model, text) = RandomGraph.Of(generator.Generate(random, null, out _));
            GradientCheck.Run(model, text, Draw.Any.Values(RandomGraph.Elements, new Random(i)), tolerance: 1e-5);
        }
    }
}
