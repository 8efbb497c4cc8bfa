using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Tests.Fakes;

namespace SaliencyCluster.Attribution.Tests.Methods;

/// <summary>Kernel SHAP and LIME against their definitions.</summary>
public class SurrogateTests
{
    private static readonly FakeNetwork Curved = FakeNetwork.Sines(1, 6, 6);
    private static readonly FakeNetwork Linear = FakeNetwork.Linear(1, 4, 4);

    // Segments that change what others do: the logarithm of a sum, which no linear model of segments fits.
    private static readonly FakeNetwork Joint = new([1, 6, 6], 1, (x, _) => 3 * Math.Log(1 + x.Sum(v => (double)v * v)), (x, _) => x);

    [Theory]
    [InlineData("grid:1")]
    [InlineData("grid:2")]
    [InlineData("grid:3")]
    public void Kernel_shap_with_all_coalitions_is_exact(string segments)
    {
        var exact = Local.Explain(Joint, new() { Method = "shapley", Segments = segments, Target = "0" }).Estimate;
        var fitted = Local.Explain(Joint, new() { Method = "kernel-shap", Segments = segments, Target = "0" }).Estimate;
        Assert.Equal(exact.Map.Shape, fitted.Map.Shape);
        for (var i = 0; i < 36; i++) Assert.Equal(exact.Map.Data[i], fitted.Map.Data[i], 1e-5);
        Assert.Equal(0, fitted.ConvergenceDelta!.Value, 1e-9);
        Assert.Null(fitted.StandardError);
    }

    [Theory]
    [InlineData("kernel-shap", "grid:2", 16)] // all
    [InlineData("kernel-shap", "grid:4", 60)] // drawn, and still a linear network has one solution
    public void Segments_of_a_linear_network_get_weight_times_difference(string method, string segments, int samples)
    {
        var request = new ExplanationRequest { Method = method, Segments = segments, Samples = samples, Target = "1", Baseline = "ones" };
        var estimate = Local.Explain(Linear, request).Estimate;
        var (image, weights, side) = (Linear.Image().Data, Linear.Gradient([], 1), segments == "grid:2" ? 2 : 1);
        for (var i = 0; i < 16; i++)
        {
            var segment = Enumerable.Range(0, 16).Where(p => p / 4 / side == i / 4 / side && p % 4 / side == i % 4 / side);
            Assert.Equal(segment.Sum(p => weights[p] * (image[p] - 1)), estimate.Map.Data[i], 2e-3);
        }
        Assert.Equal(0, estimate.ConvergenceDelta!.Value, 1e-4);
        if (segments == "grid:4") Assert.InRange(estimate.StandardError!.Value, 0, 1e-4);
    }

    [Theory]
    [InlineData("kernel-shap", 200)]
    [InlineData("kernel-shap", 1001)] // an odd number leaves one out
    [InlineData("lime", 300)]
    public void Standard_errors_are_how_far_maps_of_other_seeds_lie_apart(string method, int samples)
    {
        const int Seeds = 40;
        var maps = Enumerable.Range(0, Seeds).Select(seed => Local.Explain(Joint, new()
        {
            Method = method, Segments = "grid:4", Target = "0", Samples = samples, Seed = (ulong)seed, StandardErrorMap = true,
        }).Estimate).ToArray();
        double spread = 0, said = 0;
        for (var i = 0; i < 36; i++)
        {
            var mean = maps.Average(m => m.Map.Data[i]);
            spread += maps.Sum(m => Math.Pow(m.Map.Data[i] - mean, 2)) / (Seeds - 1);
            said += maps.Average(m => Math.Pow(m.StandardErrorMap!.Data[i], 2));
        }
        Assert.True(spread > 0);
        Assert.InRange(Math.Sqrt(said / spread), 0.75, 1.3);
    }

    [Fact]
    public void Drawn_values_add_up_and_come_near_the_exact_ones()
    {
        ExplanationRequest Request(int samples) => new() { Method = "kernel-shap", Segments = "grid:4", Target = "0", Samples = samples };
        var exact = Local.Explain(Joint, Request(65534)).Estimate;
        var drawn = Local.Explain(Joint, Request(400)).Estimate;
        Assert.Null(exact.StandardError);
        Assert.Equal(0, drawn.ConvergenceDelta!.Value, 1e-9);
        var error = Norm(exact.Map.Data.Zip(drawn.Map.Data, (a, b) => (double)a - b)) / Norm(exact.Map.Data.Select(v => (double)v));
        Assert.InRange(error, drawn.StandardError!.Value / 2.5, drawn.StandardError.Value * 2.5);
    }

    [Theory]
    [InlineData("grid:2", 20)] // all 16 coalitions, each of which counts 20 / 16
    [InlineData("grid:3", 100)] // drawn
    public void Lime_is_weighted_ridge_regression_with_an_intercept(string segments, int samples)
    {
        var map = Local.Explain(Curved, new() { Method = "lime", Segments = segments, Samples = samples, Target = "2", Seed = 4 },
            imageIndex: 3).Estimate.Map;
        var side = segments[^1] - '0';
        var n = side * side;
        var all = 1 << n <= samples;
        var coalitions = new Coalitions(all ? CoalitionKind.All : CoalitionKind.Coins, n, samples, 4, 3);
        var image = Curved.Image().Data;
        var rows = Enumerable.Range(0, all ? 1 << n : samples)
            .Select(c => (Present: coalitions.Present(c), Times: all ? samples / 16.0 : 1))
            .Append((Present: [.. Enumerable.Repeat(true, n)], Times: 1));
        // Unknowns: the intercept, then the coefficients.
        var (matrix, right) = (new double[n + 1, n + 1], new double[n + 1]);
        foreach (var (present, times) in rows)
        {
            var distance = 1 - Math.Sqrt(present.Count(p => p) / (double)n);
            var weight = times * Math.Sqrt(Math.Exp(-distance * distance / 0.0625));
            var score = Curved.Value([.. image.Select((v, i) => present[Segment(i)] ? v : 0)], 2);
            double[] x = [1, .. present.Select(p => p ? 1.0 : 0)];
            for (var i = 0; i <= n; i++)
            {
                right[i] += weight * x[i] * score;
                for (var j = 0; j <= n; j++) matrix[i, j] += weight * x[i] * x[j];
            }
        }
        for (var i = 1; i <= n; i++) matrix[i, i] += 1;
        var expected = Eliminate(matrix, right);
        for (var i = 0; i < 36; i++) Assert.Equal(expected[1 + Segment(i)], map.Data[i], 1e-4);

        int Segment(int i) => (i / 6 * side / 6 * side) + (i % 6 * side / 6);
    }

    [Theory]
    [InlineData(5, 20), InlineData(16, 200), InlineData(16, 1000), InlineData(49, 1000), InlineData(9, 300), InlineData(4096, 9000)]
    public void Copies_of_kernel_shap_are_pairs_of_complements_and_small_sizes_are_whole(int segments, int samples)
    {
        var copies = new KernelCopies(segments, samples);
        var coalitions = new Coalitions(CoalitionKind.Kernel, segments, samples, 9, 2);
        Assert.DoesNotContain(true, coalitions.Present(0));
        Assert.Equal(coalitions, Coalitions.Of(coalitions.Parameters));
        Assert.InRange(copies.Count, samples - 1, samples);
        Assert.True(copies.Pairs >= 2);
        var (weights, seen) = (copies.Weights(), new HashSet<string>());
        Assert.Equal(Enumerable.Range(1, segments - 1).Sum(s => 1.0 / s / (segments - s)), weights.Sum(), 1e-9);
        for (var copy = 0; copy < copies.Count; copy += 2)
        {
            var (one, other) = (coalitions.Present(copy + 1), coalitions.Present(copy + 2));
            Assert.Equal(one.Select(p => !p), other);
            var size = one.Count(p => p);
            if (copy < copies.WholeCopies) Assert.True(seen.Add(string.Concat(one.Select(p => p ? '1' : '0'))));
            Assert.Equal(copy < copies.WholeCopies, size <= copies.WholeSizes || size >= segments - copies.WholeSizes);
            Assert.Equal(weights[copy], weights[copy + 1]);
        }
        Assert.NotEqual(coalitions.Present(copies.Count), (coalitions with { Seed = 9 + (1UL << 40) }).Present(copies.Count));
        Assert.NotEqual(coalitions.Present(copies.Count), (coalitions with { ImageIndex = 3 }).Present(copies.Count));
    }

    [Fact]
    public void Coins_are_fair_and_others_for_another_seed_image_or_copy()
    {
        var coins = new Coalitions(CoalitionKind.Coins, 300, 64, 7, 1);
        var counts = new int[300];
        for (var copy = 0; copy < 400; copy++)
            for (var s = 0; s < 300; s++) counts[s] += coins.Present(copy)[s] ? 1 : 0;
        Assert.All(counts, c => Assert.InRange(c, 150, 250));
        var others = new[] { coins with { Seed = 8 }, coins with { Seed = 7 + (1UL << 32) }, coins with { ImageIndex = 2 } };
        Assert.All(others, o => Assert.NotEqual(coins.Present(5), o.Present(5)));
        Assert.NotEqual(coins.Present(5), coins.Present(6));
    }

    [Theory]
    [InlineData("kernel-shap", "grid:7", 101, "SAL2003")] // 2 x 49 + 4 are needed
    [InlineData("kernel-shap", "grid:64", 50_000, "SAL2005")] // the fit itself takes too long
    [InlineData("lime", "grid:64", 50_000, "SAL2005")]
    public void What_has_no_solution_or_takes_too_long_is_refused(string method, string segments, int samples, string code)
    {
        var network = FakeNetwork.Sines(1, 64, 64);
        var error = Assert.Throws<RequestException>(() =>
            network.Resolve(new() { Method = method, Segments = segments, Samples = samples, Target = "0" }));
        Assert.Equal(code, error.Errors[0].Code);
    }

    [Theory]
    [InlineData("kernel-shap"), InlineData("lime")]
    public void Volumes_and_several_baselines_are_refused(string method)
    {
        var request = new ExplanationRequest { Method = method, Target = "0" };
        var volume = Assert.Throws<RequestException>(() => FakeNetwork.Sines(1, 4, 6, 6).Resolve(request));
        Assert.Equal("SAL2033", volume.Errors[0].Code);
        var several = Assert.Throws<RequestException>(() => Curved.Resolve(request with { Baseline = "zeros,ones" }));
        Assert.Equal("SAL2003", several.Errors[0].Code);
        Assert.False(MethodCatalog.Find(method)!.Description.NeedsGradient);
    }

    private static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(v => v * v));

    private static double[] Eliminate(double[,] a, double[] b)
    {
        var n = b.Length;
        for (var c = 0; c < n; c++)
            for (var r = 0; r < n; r++)
            {
                if (r == c) continue;
                var f = a[r, c] / a[c, c];
                for (var k = 0; k < n; k++) a[r, k] -= f * a[c, k];
                b[r] -= f * b[c];
            }
        return [.. b.Select((v, i) => v / a[i, i])];
    }
}
