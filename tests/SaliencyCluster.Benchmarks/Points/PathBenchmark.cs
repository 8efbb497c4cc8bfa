using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Benchmarks.Samples;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Benchmarks.Points;

/// <summary>How many points integrated gradients need for an error, by quadrature rule.</summary>
internal static class PathBenchmark
{
    public static readonly IReadOnlyList<string> Rules = ["riemann_middle", "adaptive", "gausslegendre", "pair"];
    private static readonly int[] Steps = [5, 6, 7, 8, 10, 12, 14, 16, 18, 20, 24, 28, 32, 36, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 256];
    private static readonly double[] Tolerances = [0.05, 0.02, 0.01];

    public static async Task RunAsync(BenchmarkOptions options)
    {
        await using var engine = new LocalEngine();
        foreach (var target in options.Targets)
            foreach (var name in options.Models)
            {
                var model = SampleModel.Read(name, target, options.Images);
                for (var i = 0; i < options.Images; i++) await ImageAsync(engine, model, target, i, options);
            }
    }

    private static async Task ImageAsync(LocalEngine engine, SampleModel model, string target, int image, BenchmarkOptions options)
    {
        var key = $"path-{model.Name}-{target}-{options.Reference}-{image}-of-{options.Images}";
        if (ResultCache.Has(options.Cache, key)) return;
        var started = TimeProvider.System.GetTimestamp();
        var table = await GradientTable.MakeAsync(engine, model, model.Images[image], options.Reference);
        var rules = Rules.ToDictionary(rule => rule, rule => (IReadOnlyList<Trial>)[.. Steps.Select(steps => Try(table, model, rule, steps))]);
        var stops = Tolerances.SelectMany(t => new[] { "adaptive", "riemann_middle" }.Select(rule => Until(table, model, t, rule))).ToList();
        ResultCache.Write(options.Cache, key, new PathResult(model.Name, target, image, options.Reference, rules, stops));
        Console.WriteLine($"{key} in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F0} s");
    }

    private static Trial Try(GradientTable table, SampleModel model, string rule, int steps)
    {
        var result = Explain(table, model, new() { Method = "integrated-gradients", Rule = rule, Steps = steps });
        return new(result.Points, table.ErrorOf(result.Estimate.Map), Math.Abs(result.Estimate.ConvergenceDelta!.Value / (result.Score - result.BaselineScore!.Value)));
    }

    private static Stop Until(GradientTable table, SampleModel model, double tolerance, string rule)
    {
        var result = Explain(table, model, new() { Method = "integrated-gradients", Tolerance = tolerance, Rule = rule, Steps = rule == "adaptive" ? null : 405 });
        return new(tolerance, rule, result.Points, result.Estimate.ErrorEstimate ?? double.NaN, table.ErrorOf(result.Estimate.Map));
    }

    private static Explanation Explain(GradientTable table, SampleModel model, ExplanationRequest request)
    {
        var run = new ExplanationRun(model.Resolve(request), table.Image, 0);
        while (run.Round is { } round)
        {
            var runner = new TabulatedRunner(table, round.Spec(table.Image.Shape));
            foreach (var shard in run.Shards) run.Add(ShardComputation.Run(round, shard, table.Image, [], runner, default));
        }
        return run.Result;
    }
}
