using System.Globalization;
using System.Text;
using SaliencyCluster.Benchmarks.Noise;
using SaliencyCluster.Benchmarks.Points;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Benchmarks.Report;

/// <summary>Writes docs/points.md and its plot from the results that are in the cache.</summary>
internal static class PointsReport
{
    private static readonly double[] Errors = [0.05, 0.02, 0.01, 0.005];

    public static void Write(BenchmarkOptions options)
    {
        var paths = ResultCache.All<PathResult>(options.Cache, "path");
        var noise = ResultCache.All<NoiseResult>(options.Cache, "noise");
        var text = new StringBuilder(Introduction);
        AppendPoints(text, paths);
        AppendTolerances(text, paths);
        AppendNoise(text, noise);
        File.WriteAllText(Path.Combine(Repo.Root, "docs", "points.md"), text.ToString());
        // What was trained: a random network is explained by five points, whatever the rule.
        File.WriteAllText(Path.Combine(Repo.Root, "docs", "images", "points.svg"), PointsPlot.Svg([.. paths.Where(p => !p.Model.StartsWith("resnet", StringComparison.Ordinal))]));
    }

    private static void AppendPoints(StringBuilder text, IReadOnlyList<PathResult> paths)
    {
        text.Append("""
            ## Points along the path
            Gradients needed for a median relative error of the map (Euclidean norm) of 5, 2, 1 and 0.5%, and the median completeness error
            (|convergence delta| over |difference of scores|) with as many points as 1% takes. Between the numbers of points that were tried, the
            median is interpolated on logarithmic axes; `> 256` means that 256 points do not suffice. The last column compares the points
            for 1% with those of `gausslegendre`, Captum's default.

            | model | target | images | reference | rule | 5% | 2% | 1% | 0.5% | completeness at 1% | of Captum's |
            |---|---|---|---|---|---|---|---|---|---|---|

            """);
        foreach (var group in paths.GroupBy(p => (p.Model, p.Target)).OrderBy(g => g.Key.Target).ThenBy(g => g.Key.Model, StringComparer.Ordinal))
        {
            var captum = MedianCurve.Of(group, "gausslegendre").PointsFor(0.01);
            foreach (var rule in PathBenchmark.Rules)
            {
                var curve = MedianCurve.Of(group, rule);
                var needed = Errors.Select(curve.PointsFor).ToArray();
                text.Append(CultureInfo.InvariantCulture, $"| {group.Key.Model} | {group.Key.Target} | {group.Count()} | {group.First().Reference:N0} | {Name(rule)} | ");
                text.Append(string.Join(" | ", needed.Select(n => n is { } points ? points.ToString("F0", CultureInfo.InvariantCulture) : "> 256")));
                text.Append(CultureInfo.InvariantCulture, $" | {(needed[2] is { } p ? curve.CompletenessAt(p).ToString("P2", CultureInfo.InvariantCulture) : "-")} | {(needed[2] / captum)?.ToString("F2", CultureInfo.InvariantCulture) ?? "-"} |\n");
            }
        }
        text.Append("\n![median error by number of points](images/points.svg)\n\n*The three trained models; midpoint is our default, Gauss-Legendre Captum's.*\n\n");
    }

    private static void AppendTolerances(StringBuilder text, IReadOnlyList<PathResult> paths)
    {
        text.Append("""
            ## Stopping at a tolerance
            What `--tolerance` does: gradients used, the error that the map truly has, and for how many images that is within the tolerance.
            `adaptive` is the default with a tolerance; `riemann_middle` (nested: 5, 15, 45, 135, 405) can be asked for.

            | model | target | rule | tolerance | median points | median true error | largest true error | within |
            |---|---|---|---|---|---|---|---|

            """);
        var rows =
            from p in paths
            from stop in p.Tolerances
            group stop by (p.Model, p.Target, stop.Rule, stop.Tolerance) into g
            orderby g.Key.Target, g.Key.Model, g.Key.Rule, g.Key.Tolerance descending
            select g;
        foreach (var g in rows)
            text.Append(CultureInfo.InvariantCulture, $"| {g.Key.Model} | {g.Key.Target} | {Name(g.Key.Rule)} | {g.Key.Tolerance} | {Median(g.Select(s => (double)s.Points)):F0} | {Median(g.Select(s => s.Error)):P2} | {g.Max(s => s.Error):P2} | {g.Count(s => s.Error <= s.Tolerance)} of {g.Count()} |\n");
        text.Append('\n');
    }

    private static void AppendNoise(StringBuilder text, IReadOnlyList<NoiseResult> noise)
    {
        text.Append("""
            ## Noise samples of SmoothGrad
            Squared error of the mean map relative to the squared norm of the reference, mean over images, at noise of 0.15 of the image's range;
            and the samples for a relative error of 10%, from the error times samples that the rows have in common, over those of independent noise.
            Hoped for was half of the independent samples: met on logits by Latin hypercubes. On probabilities a few images decide the mean, those whose
            probability is so near to 1 that its gradient is almost nothing: the rows of bears-clean there say little.

            | model | target | images | reference | sampling | 8 | 16 | 32 | 64 | samples for 10% | of independent |
            |---|---|---|---|---|---|---|---|---|---|---|

            """);
        foreach (var group in noise.GroupBy(n => (n.Model, n.Target)).OrderBy(g => g.Key.Target).ThenBy(g => g.Key.Model, StringComparer.Ordinal))
        {
            double Constant(string sampling) => group.SelectMany(n => n.Samplings[sampling]).Average(t => t.SquaredError * t.Samples);
            foreach (var sampling in NoiseBenchmark.Samplings)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {group.Key.Model} | {group.Key.Target} | {group.Count()} | {group.First().Reference:N0} | {sampling}");
                foreach (var trials in group.SelectMany(n => n.Samplings[sampling]).GroupBy(t => t.Samples))
                    text.Append(CultureInfo.InvariantCulture, $" | {trials.Average(t => t.SquaredError):G2}");
                text.Append(CultureInfo.InvariantCulture, $" | {Constant(sampling) / 0.01:F0} | {Constant(sampling) / Constant("independent"):F2} |\n");
            }
        }
    }

    private static double Median(IEnumerable<double> values) => MedianCurve.Median(values);

    private static string Name(string rule) => $"`{rule}`";

    private const string Introduction = """
        # How many points a map needs
        Every figure here is made by `tests/SaliencyCluster.Benchmarks` (`points`, `noise`, then `report`, which writes this file); results are
        kept per image, so a run goes on where it was stopped. Counts of points do not depend on the machine.

        Targets: `logit` is the class's output; `softmax` is its probability, from the same models with a Softmax behind them. Baseline: zeros.
        Images: evenly from samples/data. The reference is the trapezoidal rule over as many equal intervals as the column says, and rules
        are evaluated at the nearest of its places: with 1,024 intervals a point moves by at most 1/2,048 of the path, so figures
        below about 0.2% say little there.

        `resnet18-64` is torchvision's ResNet-18 with random weights at 64 x 64 pixels, explained for the pictures of animals. Its gradient hardly
        changes between black and the picture, so five points are enough by any rule: how many points a map needs is a property of what was learned.

        What was hoped for, and what came out, over the trained models: at most 0.7 of Captum's points for 1% on logits (0.75 to 0.87) and 0.4 on probabilities
        (0.46 to 0.71); with `--tolerance 0.02` a third of Captum's 50 points in the median (12 to 18 on logits, 27 to 41 on probabilities), and a true error
        within the tolerance for nine images of ten (for every one).

        When each option helps:
        - The midpoint rule (`riemann_middle`, the default) needs no more points than Gauss-Legendre anywhere: gradients of Relu networks
          are piecewise constant along the path, so higher-order rules have nothing to gain.
        - `--rule adaptive` helps where a probability is explained: the gradient is concentrated on a short stretch of the path. On logits it is
          on a par with the midpoint rule. It keeps every point's map until the end, and its rounds wait for each other.
        - `--tolerance` saves more than any rule: most maps need fewer points than a fixed number that is safe for all.
        - `--sampling antithetic` and `latin-hypercube` make SmoothGrad's samples count for more; Latin hypercubes need their number
          beforehand, so they cannot stop at a tolerance. Both cost nothing.


        """;
}
