using System.Globalization;
using SaliencyCluster.Cli.Demo.Report;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Gateway.Hosting;

namespace SaliencyCluster.Cli.Demo;

/// <summary>Says what the demo does while it does it; with <c>--json</c> one object at the end.</summary>
internal sealed class DemoPrinter(CliHost host, string folder, GatewayAddresses addresses)
{
    private const string File = "index.html";

    public void Started() => Line($"1. A cluster runs in this process: gateway {addresses.Grpc}, dashboard {addresses.Http}");

    public void Uploaded() => Line($"2. It has two models that name animals: {string.Join(" and ", DemoSamples.Models)}");

    public void Explained(IReadOnlyList<DemoImage> images, long points, int maps, double seconds)
    {
        Line(string.Create(CultureInfo.InvariantCulture,
            $"3. It has explained {images.Count} pictures with both over gRPC: {maps} maps, {points:N0} points in {ProgressText.Time(TimeSpan.FromSeconds(seconds))}, {ProgressText.Rate(points / seconds)} points/s"));
        if (host.Json) return;
        host.Out.WriteLine();
        host.Out.WriteLine("What each model answers, and how much of its positive evidence lies on the animal:");
        host.Out.WriteLine();
        TablePrinter.Print(host, ["picture", .. DemoSamples.Models.SelectMany(m => new[] { m, "on the animal" })], images.Select(i => (string[])
            [$"{i.Animal} on {i.Ground}", .. i.Answers.SelectMany(a => new[] { a.IsRight ? a.Label : $"{a.Label} (wrong)", $"{DemoReport.Percent(a.OnAnimal)}" })]));
        host.Out.WriteLine();
    }

    public void Finished(DemoFindings findings, long points, int maps, double seconds)
    {
        if (host.Json)
        {
            JsonPrinter.Print(host.Out, new
            {
                report = Path.Combine(folder, File),
                gateway = addresses.Grpc,
                dashboard = addresses.Http,
                maps,
                points,
                seconds,
                pointsPerSecond = points / seconds,
                images = findings.Images.Select(i => new
                {
                    i.Name,
                    i.Animal,
                    i.Ground,
                    i.AnimalArea,
                    answers = i.Answers.Select((a, m) => new { model = findings.Models[m], a.Label, a.IsRight, a.Score, a.OnAnimal, onBackground = 1 - a.OnAnimal }),
                }),
            });
            return;
        }
        host.Out.WriteLine(Headline.Of(findings));
        host.Out.WriteLine();
        host.Out.WriteLine($"Report  {Path.Combine(folder, File)}");
        host.Out.WriteLine($"Maps    {Path.Combine(folder, "<model>", "<picture>", "<method>")}.npy and .png, result.json");
    }

    public void KeepsRunning() => Line($"""

        The cluster goes on. Try it from another terminal:
          saliency models list --endpoint {addresses.Grpc}
          open {addresses.Http}
        Stop with Ctrl+C.
        """);

    private void Line(string text)
    {
        if (!host.Json) host.Out.WriteLine(text);
    }
}
