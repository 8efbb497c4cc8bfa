using System.Globalization;
using SaliencyCluster.Telemetry.Tests.Traces;
using SaliencyCluster.TelemetryCost;

// dotnet run --project tests/SaliencyCluster.TelemetryCost -c Release [-- PAIRS]
// Two clusters side by side, each a gateway process and a worker process, one with all telemetry and a watched dashboard and one with neither; the
// same job on one and then on the other, in turns, so that a slower minute of the machine is no cost of telemetry.
var pairs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 8;
foreach (var work in Workload.All) await MeasureAsync(work);

async Task MeasureAsync(Workload work)
{
    await using var collector = await Collector.StartAsync();
    await using var with = await MeasuredCluster.StartAsync(work, $"--Saliency:Cluster:OtlpEndpoint={collector.Endpoint}", "--Saliency:Cluster:LogFormat=json");
    await using var without = await MeasuredCluster.StartAsync(work, "--Saliency:Cluster:Telemetry=false");
    var ratios = new List<double>();
    for (var pair = 0; pair < pairs; pair++)
    {
        // Who goes first alternates too.
        double on = 0, off = 0;
        foreach (var isOn in pair % 2 == 0 ? new[] { true, false } : [false, true])
        {
            if (isOn) on = await with.PointsPerSecondAsync(observed: true);
            else off = await without.PointsPerSecondAsync(observed: false);
        }
        ratios.Add(on / off);
        Console.WriteLine(FormattableString.Invariant($"{work.Model}, pair {pair + 1}: with {on:0} points/s, without {off:0} points/s, ratio {on / off:0.000}"));
    }
    ratios.Sort();
    var median = (ratios[(ratios.Count - 1) / 2] + ratios[ratios.Count / 2]) / 2;
    Console.WriteLine(FormattableString.Invariant($"{work.Model}, {pairs} pairs: median ratio {median:0.000}, from {ratios[0]:0.000} to {ratios[^1]:0.000}; {collector.Spans.Count} spans received"));
}
