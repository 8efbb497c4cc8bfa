using SaliencyCluster.Attribution.Methods.Segments;
using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Tests.Fakes;

namespace SaliencyCluster.Attribution.Tests.Methods;

/// <summary>
/// Total Sobol' indices and the Hilbert-Schmidt independence criterion, against what is known of functions and against the definitions.
/// </summary>
public class SensitivityTests
{
    private static readonly FakeNetwork Linear = FakeNetwork.Linear(1, 4, 4);

    [Fact]
    public void There_are_as_many_primitive_polynomials_of_each_degree_as_number_theory_says()
    {
        // phi(2^d - 1) / d
        var counts = SobolSequence.PrimitivePolynomials(1 + 1 + 2 + 2 + 6 + 6 + 18 + 16 + 48 + 60)
            .GroupBy(p => System.Numerics.BitOperations.Log2(p)).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal([1, 1, 2, 2, 6, 6, 18, 16, 48, 60], Enumerable.Range(1, 10).Select(d => counts[d]));
    }

    [Fact]
    public void Each_dimension_of_the_sequence_has_a_point_in_each_of_as_many_intervals_as_there_are_points()
    {
        var sequence = new SobolSequence(300, 5, 2, 1);
        foreach (var points in new[] { 2, 16, 64 })
        {
            for (var d = 0; d < 300; d++)
            {
                var taken = Enumerable.Range(0, points).Select(p => (int)(sequence.Of(p, d) * points)).ToHashSet();
                Assert.True(taken.Count == points, $"dimension {d}: {taken.Count} of {points}");
            }
        }
    }

    [Fact]
    public void Seeds_and_images_shift_the_sequence()
    {
        double[] One(ulong seed, uint image) => [.. Enumerable.Range(0, 8).Select(d => new SobolSequence(8, seed, image, 0).Of(3, d))];
        Assert.Equal(One(1, 0), One(1, 0));
        Assert.NotEqual(One(1, 0), One(2, 0));
        Assert.NotEqual(One(1, 0), One(1, 1));
    }

    public static TheoryData<string, Func<float[], double>, double[]> Known => new()
    {
        { "additive", w => (1 * w[0]) + (2 * w[1]) - (3 * w[2]), [1 / 14.0, 4 / 14.0, 9 / 14.0] },
        // x y: variances 1/48 + 1/48 alone and 1/144 together, of 7/144.
        { "product", w => w[0] * w[1], [4 / 7.0, 4 / 7.0, 0] },
        // Sobol's g-function with a = 0, 1, 9: V_i = 1 / (3 (1 + a)^2).
        { "g-function", Product, Totals(1 / 3.0, 1 / 12.0, 1 / 300.0) },
    };

    [Theory, MemberData(nameof(Known), DisableDiscoveryEnumeration = true)]
    public void Total_indices_are_those_that_analysis_gives(string what, Func<float[], double> function, double[] expected)
    {
        var design = new SobolDesign(3, 11, 0);
        float[] scores = [.. Enumerable.Range(0, 2048 * design.RowCopies).Select(copy => (float)function(design.Weights(copy)))];
        var (values, errors) = SobolIndices.Indices(scores, 3);
        for (var s = 0; s < 3; s++)
            Assert.True(Math.Abs(values[s] - expected[s]) < 0.02, $"{what}, segment {s}: {values[s]}, not {expected[s]}");
        Assert.All(errors!, e => Assert.InRange(e, 0, 0.03));
    }

    [Fact]
    public void A_score_that_nothing_changes_has_indices_of_0()
    {
        var (values, errors) = SobolIndices.Indices([.. Enumerable.Repeat(2f, 4 * 5)], 3);
        Assert.Equal([0, 0, 0], values);
        Assert.Equal([0, 0, 0], errors!);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(60)] // no multiple of the shifts
    [InlineData(256)]
    public void The_standard_error_is_how_far_indices_of_other_seeds_lie_apart(int rows)
    {
        double spread = 0, said = 0;
        var all = Enumerable.Range(0, 60).Select(seed =>
        {
            var design = new SobolDesign(3, (ulong)seed, 0);
            float[] scores = [.. Enumerable.Range(0, rows * design.RowCopies).Select(c => (float)Product(design.Weights(c)))];
            return SobolIndices.Indices(scores, 3);
        }).ToArray();
        for (var s = 0; s < 3; s++)
        {
            var mean = all.Average(a => a.Values[s]);
            spread += all.Sum(a => Math.Pow(a.Values[s] - mean, 2)) / (all.Length - 1);
            said += all.Average(a => Math.Pow(a.Errors![s], 2));
        }
        Assert.InRange(Math.Sqrt(said / spread), 0.75, 1.3);
    }

    [Fact]
    public void The_criterion_is_the_trace_of_its_definition()
    {
        const int N = 50, Segments = 6;
        var coins = new Coalitions(CoalitionKind.Coins, Segments, N, 3, 1);
        bool[][] present = [.. Enumerable.Range(0, N).Select(coins.Present)];
        float[] scores = [.. present.Select(p => (p[0] ? 2f : 0) + (p[1] && p[2] ? 1f : 0) + (p[3] ? 0.1f : 0))];
        var distances = new List<double>();
        for (var a = 0; a < N; a++)
            for (var b = a + 1; b < N; b++) distances.Add(Math.Abs((double)scores[a] - scores[b]));
        var width = distances.Order().ElementAt((distances.Count - 1) / 2);
        var kernel = Square(N, (a, b) => Math.Exp(-Math.Pow((scores[a] - (double)scores[b]) / width, 2) / 2));
        var centring = Square(N, (a, b) => (a == b ? 1.0 : 0) - (1.0 / N));
        var given = Hsic.Dependence(present, scores, Segments);
        for (var s = 0; s < Segments; s++)
        {
            var agree = Square(N, (a, b) => present[a][s] == present[b][s] ? 0.5 : -0.5);
            var product = Times(Times(Times(agree, centring), kernel), centring);
            var trace = Enumerable.Range(0, N).Sum(i => product[i, i]);
            Assert.Equal(trace / ((N - 1) * (N - 1)), given[s], 1e-9);
        }
        Assert.True(given[0] > given[1] && given[1] > given[4]);
    }

    [Fact]
    public void Nothing_depends_on_segments_where_the_score_stays_the_same()
    {
        var coins = new Coalitions(CoalitionKind.Coins, 4, 20, 3, 1);
        Assert.Equal([0, 0, 0, 0], Hsic.Dependence([.. Enumerable.Range(0, 20).Select(coins.Present)], [.. Enumerable.Repeat(1f, 20)], 4));
    }

    [Fact]
    public void One_copy_tells_no_dependence_and_is_refused()
    {
        var error = Assert.Throws<RequestException>(() => Local.Explain(Linear, new() { Method = "hsic", Samples = 1, Target = "1" }));
        Assert.Equal("SAL2003", error.Errors.Single().Code);
    }

    [Theory]
    [InlineData("sobol", 64)]
    [InlineData("hsic", 1500)]
    public void Segments_of_a_linear_network_are_ordered_by_what_they_add(string method, int samples)
    {
        var request = new ExplanationRequest { Method = method, Segments = "grid:2", Samples = samples, Target = "1", Baseline = "ones" };
        var map = Local.Explain(Linear, request).Estimate.Map.Data;
        var (image, weights) = (Linear.Image().Data, Linear.Gradient([], 1));
        var effects = Enumerable.Range(0, 4).Select(s => Enumerable.Range(0, 16)
            .Where(p => (p / 8 * 2) + (p % 4 / 2) == s).Sum(p => weights[p] * (image[p] - 1))).ToArray();
        var total = effects.Sum(e => e * e);
        int[] corners = [0, 2, 8, 10];
        Assert.Equal(Enumerable.Range(0, 4).OrderBy(s => Math.Abs(effects[s])), Enumerable.Range(0, 4).OrderBy(s => map[corners[s]]));
        if (method == "sobol")
        {
            for (var s = 0; s < 4; s++) Assert.Equal(effects[s] * effects[s] / total, map[corners[s]], 0.06);
        }
    }

    private static double Product(float[] w) => G(w[0], 0) * G(w[1], 1) * G(w[2], 9);

    private static double G(double x, double a) => (Math.Abs((4 * x) - 2) + a) / (1 + a);

    private static double[] Totals(params double[] alone)
    {
        var all = alone.Aggregate(1.0, (product, v) => product * (1 + v));
        return Array.ConvertAll(alone, v => v * all / (1 + v) / (all - 1));
    }

    private static double[,] Square(int n, Func<int, int, double> of)
    {
        var matrix = new double[n, n];
        for (var a = 0; a < n; a++)
            for (var b = 0; b < n; b++) matrix[a, b] = of(a, b);
        return matrix;
    }

    private static double[,] Times(double[,] x, double[,] y) => Square(x.GetLength(0), (a, b) =>
    {
        var sum = 0.0;
        for (var i = 0; i < x.GetLength(0); i++) sum += x[a, i] * y[i, b];
        return sum;
    });
}
