using System.CommandLine;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Engine;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary>Draws what a command asks for, in this process or on a cluster, and writes it down.</summary>
internal static class Studio
{
    /// <summary>Draws; a restart that fails is reported and the others go on.</summary>
    /// <param name="arguments">What was given.</param>
    /// <param name="options">The options of all such commands.</param>
    /// <param name="host">Where to print.</param>
    /// <param name="tasks">What is to be drawn, of a model whose pictures become its input in some way.</param>
    /// <param name="cancellation">Ends everything.</param>
    public static async Task<int> RunAsync(
        ParseResult arguments, AscentOptions options, CliHost host, Func<NamedModel, ModelInput, IReadOnlyList<DrawingTask>> tasks,
        CancellationToken cancellation)
    {
        var (name, restarts) = (options.Model(arguments), options.Restarts(arguments));
        if (options.Device(arguments) is { } local)
        {
            OnnxRuntimeEngine.Preload();
            var (model, summary, facts) = ModelFile.ReadWithCard(name, options.Facts(arguments));
            var input = ModelInput.Of(summary, facts.Preprocessing);
            var layers = summary.Layers.Select(l => new NamedLayer(l.Tensor, l.Shape, l.ChannelsLast)).ToList();
            var asked = tasks(new(layers, summary.LastConvolution), input);
            await using var device = new Device(local, host.Clock, new WarningPrinter(host));
            return await DrawAsync(
                new LocalStudio(host, device, model, summary, facts.Labels), Path.GetFileNameWithoutExtension(name), asked, input,
                    summary.Layout);
        }
        using var client = options.Connect(arguments, host);
        var known = await ModelUploader.FindOrAddAsync(client, name, options.Facts(arguments), cancellation);
        var theirs = ModelInput.Of(known, options.Facts(arguments).Pictures);
        var named = known.Layers.Select(l => new NamedLayer(l.Tensor, [.. l.Shape], l.ChannelsLast)).ToList();
        return await DrawAsync(
            new ClusterStudio(host, client, known, theirs, options.Pool(arguments)), $"{known.Name}:{known.Version}",
            tasks(new(named, known.LastConv.Length == 0 ? null : known.LastConv), theirs), theirs, theirs.Layout);

        async Task<int> DrawAsync(IStudio studio, string model, IReadOnlyList<DrawingTask> all, ModelInput input, ImageLayout layout)
        {
            var twice = all.GroupBy(t => DrawingFolder.SafeName(t.Name), StringComparer.OrdinalIgnoreCase).FirstOrDefault(g =>
                g.Count() > 1);
            if (twice is not null)
                throw new SaliencyException("SAL2513", $"Two units or layers would be written to '{twice.Key}'.", "Name each of them "
                    + "once, or draw them into different folders.");
            var animates = options.Animates(arguments);
            new ResultFolder(host, options.Out(arguments)).Create();
            // Everything is checked, and told, before anything is computed.
            foreach (var cost in all.Select(task => studio.Cost(task, restarts)).ToList())
                if (!host.Json) host.Out.WriteLine(cost);
            var report = new DrawingFolder(
                host, options.Out(arguments), model, input, layout, animates, new(model, input, all.Count, restarts));
            foreach (var task in all)
                await report.WriteAsync(studio, task, await studio.DrawAsync(task, restarts, cancellation), cancellation);
            return report.Finish();
        }
    }
}
