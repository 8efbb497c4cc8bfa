using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Attribution.Tests.Goldens;

/// <summary>Every reference map through the real engine.</summary>
public sealed class GoldenMapTests
{
    public static TheoryData<string> Methods => [.. GoldenManifest.Maps.Select(m => m.Request.Method).Distinct()];

    // Some points lie within float32 rounding of a kink of a Relu or MaxPool. There float32 takes the gradient of the
    // neighbouring linear piece, and one unit on the other side moves the whole map: decisions/0003-reference-maps-at-kinks.md.
    private const double Kink = 5e-3, Plain = 1e-4;

    [Theory, MemberData(nameof(Methods))]
    public async Task Reference_maps_are_reproduced_to_1e_4_except_at_kinks(string method)
    {
        await using var engine = new LocalEngine();
        var errors = new List<(string Map, double Error)>();
        foreach (var group in GoldenManifest.Maps.Where(m => m.Request.Method == method).GroupBy(m => m.Model))
        {
            var model = LocalModel.Sample(group.Key);
            foreach (var golden in group)
            {
                var explained = await engine.ExplainAsync(model, golden.Request, golden.Input, golden.ImageIndex, TestContext.Current.CancellationToken);
                errors.Add(($"{golden}", RelativeError(explained.Estimate.Map, golden.Map)));
                if (golden.ConvergenceDelta is { } delta)
                    Assert.Equal(delta, explained.Estimate.ConvergenceDelta!.Value, 2e-3 * Math.Max(1, Math.Abs(explained.Score)));
            }
        }
        var atKinks = errors.Where(e => e.Error >= Plain).ToArray();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{errors.Count} maps, worst {errors.Max(e => e.Error):e1}; at kinks: {string.Join(", ", atKinks.Select(e => $"{e.Map} {e.Error:e1}"))}");
        Assert.DoesNotContain(errors, e => !(e.Error < Kink));
        Assert.InRange(atKinks.Length, 0, Math.Max(1, errors.Count / 50));
    }

    private static double RelativeError(Tensor map, Tensor golden)
    {
        Assert.Equal(golden.Shape, map.Shape);
        return Numbers.RelativeError(Array.ConvertAll(map.Data, v => (double)v), Array.ConvertAll(golden.Data, v => (double)v));
    }
}
