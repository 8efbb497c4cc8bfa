using SaliencyCluster.Benchmarks;
using SaliencyCluster.Benchmarks.Convolutions;
using SaliencyCluster.Benchmarks.Noise;
using SaliencyCluster.Benchmarks.Points;
using SaliencyCluster.Benchmarks.Report;

if (BenchmarkOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(BenchmarkOptions.Usage);
    return 1;
}
switch (options.What)
{
    case "points": await PathBenchmark.RunAsync(options); break;
    case "noise": await NoiseBenchmark.RunAsync(options); break;
    case "convolutions": ConvolutionBenchmark.Run(); break;
    default: PointsReport.Write(options); break;
}
return 0;
