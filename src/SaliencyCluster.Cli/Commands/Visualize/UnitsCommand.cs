using System.CommandLine;
using System.Globalization;
using System.Text;
using SaliencyCluster.Attribution.Methods.Layers;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Autodiff.Maps;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Commands.Explain;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Onnx;
using SaliencyCluster.Reporting.Drawings;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Engine;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary><c>saliency visualize units</c>: which of the user's images each channel of a layer answers to most, where, and which
/// channels matter for a class.</summary>
internal sealed class UnitsCommand : CliCommand
{
    private readonly UnitsOptions _options = new();

    public UnitsCommand(CliHost host) : base(
        "units", """
            Show which of your images each channel of a layer answers to most, where in them, and which channels matter for a class.

            Examples:
              saliency visualize units samples/models/bears-clean.onnx --input samples/images/bears --out units --local
              saliency visualize units bears-clean --layer last-conv --input photographs --class "polar bear" --top 6 --out polar-bear
              saliency visualize units model.onnx --layer relu3 --channels 3,17,40-47 --input photographs --out relu3 --local
            """, host) => _options.AddTo(this);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var (name, facts) = (_options.Model(arguments), _options.Facts(arguments));
        if (_options.Device(arguments) is { } local)
        {
            OnnxRuntimeEngine.Preload();
            var (model, summary, known) = ModelFile.ReadWithCard(name, facts);
            await using var device = new Device(local, host.Clock, new WarningPrinter(host));
            var source = new LocalUnits(host, device, Path.GetFileNameWithoutExtension(name), model, summary, known.Labels);
            return await RunAsync(arguments, host, source, ModelInput.Of(summary, known.Preprocessing), model, cancellation);
        }
        using var client = _options.Connect(arguments, host);
        var registered = await ModelUploader.FindOrAddAsync(client, name, facts, cancellation);
        // Of a model that is known by name alone nobody here knows the graph.
        var file = File.Exists(name) ? ModelFile.Read(name, facts.InputValues) : null;
        return await RunAsync(
            arguments, host, new ClusterUnits(host, client, registered, _options.Pool(arguments)),
            ModelInput.Of(registered, facts.Pictures), file, cancellation);
    }

    private async Task<int> RunAsync(
        ParseResult arguments, CliHost host, IUnitSource source, ModelInput input, OnnxModel? model, CancellationToken cancellation)
    {
        var (report, files) = (new ExplainReport(host, compares: false), new ImageFiles(input));
        var named = source.Layer(_options.Layer(arguments));
        var channels = _options.Channels(arguments, named);
        List<ExplanationRequest> requests = [new() { Method = LayerActivation.MethodName, Layer = named.Tensor }];
        if (_options.Class(arguments) is { } wanted)
            requests.Add(new() { Method = ChannelAblation.MethodName, Layer = named.Tensor, Target = wanted });
        var images = source.Readable(files.List(_options.Inputs(arguments)), input, requests, report);
        report.Note(files.LeftOut);
        var folder = new ResultFolder(host, _options.Out(arguments));
        folder.Create();
        var looks = new UnitLooks(_options.Top(arguments));
        using (var progress = new ProgressDisplay(host, images.Count, "images"))
        {
            await foreach (var (answer, failure) in source.LookAsync(requests, images, cancellation))
            {
                progress.Meter.Add(1);
                if (answer is null) report.Failed(failure!.Value.Image, failure.Value.Why, progress);
                else looks.Add(answer);
            }
        }
        IReadOnlyList<FailureDocument> failures =
            [.. report.Failures.Select(f => new FailureDocument(f.Image, f.Error.Code, f.Error.What, f.Error.Next))];
        if (looks.Images == 0)
        {
            if (host.Json)
                JsonPrinter.Print(
                    host.Out, new UnitsDocument(source.Model, named.Tensor, [], 0, _options.Class(arguments), null, [], [], failures));
            return report.ExitCode;
        }
        var field = model is null ? null : ReceptiveField.Of(model, named.Tensor, [.. looks.ImageShape!.Select(d => (long)d)],
            input.Layout);
        var all = looks.Channels(requests.Count > 1);
        var drawn = channels?.Select(c => all[c]) ?? (requests.Count > 1 ? all.OrderByDescending(c => Math.Abs(c.Loss!.Value)) : all);
        var sheet = new UnitSheet(folder, input, images, field);
        var document = new UnitsDocument(
            source.Model, named.Tensor, looks.LayerShape!, looks.Images, _options.Class(arguments),
            field is null ? null : new(FieldDocument.Of(field.Rows), FieldDocument.Of(field.Columns)),
            [.. all.Select(channel => UnitDocument.Of(channel, images))], sheet.Write([.. drawn.Take(_options.Drawn(arguments))]),
            failures);
        folder.WriteJson("units.json", document);
        var page = new ChannelFacts(source.Model, named.Tensor, all.Count, looks.Images, document.Class, FieldText(document), sheet.Shown)
        {
            Failures = [.. failures.Select(f => $"{f.Image}: {f.Code}: {f.What} {f.Next}")],
        };
        folder.Write("report.html", Encoding.UTF8.GetBytes(ChannelReport.Write(page, CommandText.Of(host))));
        Tell(host, document, _options.Out(arguments));
        return report.ExitCode;
    }

    private static void Tell(CliHost host, UnitsDocument said, string folder)
    {
        if (host.Json)
        {
            JsonPrinter.Print(host.Out, said);
            return;
        }
        TablePrinter.Print(host, ["channel", .. said.Class is null ? (string[])[] : [$"{said.Class} loses"], "answers most to", "with"],
            said.Drawn.Select(channel =>
        {
            var unit = said.Channels[channel];
            var loses = unit.Loss is { } loss ? string.Create(CultureInfo.InvariantCulture,
                $"{loss:G3}{(unit.LossError is { } error ? $" ± {error:G2}" : "")}") : "";
            return (string[])[$"{channel}", .. unit.Loss is null ? (string[])[] : [loses],
                string.Join(", ", unit.Best.Take(3).Select(b => b.Image)), unit.Best[0].Value.ToString("G4", CultureInfo.InvariantCulture)];
        }));
        host.Out.WriteLine($"{said.Channels.Count} channels of '{said.Layer}' at {said.Images} images; {FieldText(said)} -> {folder}");
    }

    private static string FieldText(UnitsDocument said) => said.ReceptiveField is { } f
        ? $"a place sees {f.Rows.Size:0} x {f.Columns.Size:0} pixels" : "a place may see the whole image";
}
