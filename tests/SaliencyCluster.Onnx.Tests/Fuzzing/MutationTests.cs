using SaliencyCluster.TestKit.Fuzzing;

namespace SaliencyCluster.Onnx.Tests.Fuzzing;

public class MutationTests
{
    private const int Inputs = 20_000;
    private const long MaxBytesOfOneInput = 1L << 30;

    [Fact]
    public void Damaged_models_are_refused_with_a_code_and_without_taking_much_memory()
    {
        var mutator = new ModelMutator(FuzzTarget.Corpus, seed: 1);
        var codes = new Dictionary<string, int>();
        var most = 0L;
        for (var i = 0; i < Inputs; i++)
        {
            var input = mutator.Next(i);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var code = FuzzTarget.Run(input) ?? "accepted";
            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
            codes[code] = codes.GetValueOrDefault(code) + 1;
        }
        Assert.InRange(most, 0, MaxBytesOfOneInput);
        // The mutations must reach past the first checks, or the test proves nothing.
        Assert.InRange(codes["accepted"], Inputs / 20, Inputs);
        HashSet<string> reached = ["SAL1001", "SAL1004", "SAL1007", "SAL1008", "SAL1009", "SAL1014", "SAL1016", "SAL1019"];
        Assert.Superset(reached, codes.Keys.ToHashSet());
    }
}
