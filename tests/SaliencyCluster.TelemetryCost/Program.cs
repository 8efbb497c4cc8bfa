using System.Globalization;
using SaliencyCluster.TelemetryCost;
using SaliencyCluster.Telemetry.Tests.Traces;

// dotnet run --project tests/SaliencyCluster.TelemetryCost -c Release [-- PAIRS]
// Two clusters side by side, each a gateway process and a worker process, one with all telemetry and one with none; the same job on one
// and then on the other, in turns, so that a slower minute of the machine is no cost of telemetry.
var pairs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 8;
await using var collector = await Collector.StartAsync();
await using var with = await MeasuredCluster.StartAsync($"--Saliency:Cluster:OtlpEndpoint={collector.Endpoint}", "--Saliency:Cluster:LogFormat=json");
await using var without = await MeasuredCluster.StartAsync("--Saliency:Cluster:Telemetry=false");
await with.PointsPerSecondAsync(scrape: true);
await without.PointsPerSecondAsync(scrape: false);
var ratios = new List<double>();
for (var pair = 0; pair < pairs; pair++)
{
    // Who goes first alternates too.
    double on = 0, off = 0;
    foreach (var isOn in pair % 2 == 0 ? new[] { true, false } : [false, true])
    {
        if (isOn) on = await with.PointsPerSecondAsync(scrape: true);
        else off = await without.PointsPerSecondAsync(scrape: false);
    }
    ratios.Add(on / off);
    Console.WriteLine(FormattableString.Invariant($"pair {pair + 1}: with {on:0} points/s, without {off:0} points/s, ratio {on / off:0.000}"));
}
ratios.Sort();
var median = (ratios[(ratios.Count - 1) / 2] + ratios[ratios.Count / 2]) / 2;
Console.WriteLine(FormattableString.Invariant($"{pairs} pairs: median ratio {median:0.000}, from {ratios[0]:0.000} to {ratios[^1]:0.000}; {collector.Spans.Count} spans received"));
