using System.Diagnostics;
using SaliencyCluster.Grains.Queue.Scaling;
using SaliencyCluster.ScalingDay;
using SaliencyCluster.ScalingDay.Report;
using SaliencyCluster.ScalingDay.Work;

// dotnet run --project tests/SaliencyCluster.ScalingDay -c Release [-- PLOT.svg]
const int Seed = 1;
const double StartSeconds = 90;
var started = Stopwatch.GetTimestamp();
var options = new ScalingOptions { MaxWorkers = 20 };
var jobs = DayPlan.Make(Seed);
var day = Simulation.Run(jobs, options, new(StartSeconds));
await Console.Out.WriteLineAsync(DayTable.Write(day, options, StartSeconds));
await Console.Out.WriteLineAsync(await VariantTable.WriteAsync(jobs, options, StartSeconds));
await Console.Out.WriteLineAsync($"Simulated in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s.");
if (args.Length > 0) await File.WriteAllTextAsync(args[0], DayPlot.Svg(day));
