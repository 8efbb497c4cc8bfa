using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Imaging;
using SaliencyCluster.Imaging.Sizing;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Graphs;

namespace SaliencyCluster.Cli.Commands.Models;

/// <summary><c>saliency models similarity FILE</c>: of a model that gives embeddings, one whose classes are references, so that every
/// method explains why an image is similar to one of them.</summary>
internal sealed class ModelsSimilarityCommand : CliCommand
{
    private static readonly JsonSerializerOptions Card = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Argument<string> _model = new("FILE") { Description = "ONNX file of a model that gives embeddings." };
    private readonly Option<string[]> _reference = new("--reference")
    {
        Description = "Images, or folders of them, to compare with; each becomes a class called like its file.", HelpName = "FILE|DIR",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _embedding = new("--embedding")
    {
        Description = "Embeddings to compare with: .npy files of [size] or [count,size].", HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _out = new("--out")
    {
        Description = "ONNX file to write, with a model card beside it.", Required = true, HelpName = "FILE",
    };

    private readonly Option<string?> _output = new("--output")
    {
        Description = "Output that is the embedding. Default: the only one.", HelpName = "NAME",
    };

    private readonly Option<string> _measure = new("--measure")
    {
        Description = "cosine, or dot: the product without dividing by the norms.", HelpName = "NAME", DefaultValueFactory = _ => "cosine",
    };

    private readonly PreprocessingOptions _preprocessing = new();

    public ModelsSimilarityCommand(CliHost host) : base(
        "similarity", "Make of a model that gives embeddings one that scores how similar an image is to references.", host)
    {
        Add(_model);
        foreach (var option in (Option[])[_reference, _embedding, _out, _output, _measure]) Add(option);
        _preprocessing.AddTo(this);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var (path, file, measure) = (arguments.GetRequiredValue(_model), arguments.GetRequiredValue(_out), arguments.GetValue(_measure));
        if (measure is not ("cosine" or "dot"))
            throw new SaliencyException("SAL2503", $"--measure is '{measure}'.", "It must be `cosine` or `dot`.");
        var facts = _preprocessing.Read(arguments).Or(ModelCard.Beside(path));
        var model = ModelFile.Read(path, facts.InputValues);
        var summary = Embedding(arguments.GetValue(_output), ModelSummary.Of(model, layout: facts.Layout));
        var size = (int)summary.OutputShape.Aggregate(1L, (n, d) => n * d);
        var references = Given(arguments.GetValue(_embedding) ?? [], size).ToList();
        references.AddRange(await EmbedAsync(arguments.GetValue(_reference) ?? [], model, summary, facts, host, cancellation));
        Check(references, measure == "cosine");

        var written = SimilarityModel.Of(model, summary.Output, [.. references.Select(r => r.Values)], measure == "cosine");
        // What is written must be read by everything else.
        _ = ModelSummary.Of(ModelReader.Read(ModelWriter.Write(written), file), layout: facts.Layout);
        host.WriteFile(file, ModelWriter.Write(written));
        var card = Path.ChangeExtension(file, ".json");
        host.WriteFile(card, JsonSerializer.SerializeToUtf8Bytes(CardOf(path, measure, facts, references), Card));
        Print(host, file, card, summary, size, [.. references.Select(r => r.Name)]);
        return ExitCode.Ok;
    }

    private static ModelSummary Embedding(string? output, ModelSummary model)
    {
        if (output is null && model.Outputs is { } several) throw Unfit(
            $"The model has {several.Count} outputs.",
            "Say which is the embedding with --output: "
                + $"{string.Join(", ", several.Where(o => o.Problem is null).Take(10).Select(o => $"'{o.Name}'"))}.");
        var chosen = OutputCheck.Choose(output, model);
        return chosen.OutputShape.All(d => d > 0) && chosen.Chooser is null ? chosen : throw Unfit(
            $"The output '{chosen.Output}' has shape [{ShapeText.Of(chosen.OutputShape)}]{(chosen.Chooser is null ? "" : " of integers")}: "
                + "an embedding is as many floats whatever the image.",
            "Name another output with --output.");
    }

    private static IEnumerable<(string Name, float[] Values)> Given(string[] files, int size)
    {
        foreach (var path in files)
        {
            if (!File.Exists(path)) throw InputErrors.NoSuchFile("embedding", path);
            var (array, name) = (InputFile.Array(path), Path.GetFileNameWithoutExtension(path));
            if (array.Shape is not ([_] or [_, _]) || array.Shape[^1] != size)
                throw Unfit($"'{path}' has shape [{string.Join(',', array.Shape)}]; the model's embedding has {size} numbers.",
                    $"Give arrays of [{size}] or [count,{size}].");
            if (array.Shape.Length == 1) yield return (name, array.Data);
            else
                for (var i = 0; i < array.Shape[0]; i++) yield return ($"{name}-{i}", array.Data[(i * size)..((i + 1) * size)]);
        }
    }

    private static async Task<IReadOnlyList<(string Name, float[] Values)>> EmbedAsync(
        string[] paths, OnnxModel model, ModelSummary summary, ModelFacts facts, CliHost host, CancellationToken cancellation)
    {
        if (paths.Length == 0) return [];
        var found = new List<(string, float[])>();
        await using var device = new Device(new DeviceOptions { Lanes = 1 }, host.Clock, NullLogger.Instance);
        foreach (var file in new ImageFiles(ModelInput.Of(summary, facts.Preprocessing)).List(paths))
        {
            var image = file.Prepare();
            if (image.Shape.Length != summary.ImageShape.Count
                || image.Shape.Zip(summary.ImageShape, (given, wanted) => wanted >= 0 && given != wanted).Any(differs => differs))
                throw new SaliencyException(
                    "SAL2101", $"'{file.Path}' has shape [{string.Join(',', image.Shape)}]; the model takes "
                        + $"[{ShapeText.Of(summary.ImageShape)}].", "Give pictures, or arrays as the model takes them.");
            var source = GraphSource.Of(model, new()
            {
                ImageShape = [.. image.Shape.Select(d => (long)d)], Layout = summary.Layout, Map = PointMap.None,
                Output = summary.Output, AsIs = true,
            });
            found.Add((file.Name, await device.RunAsync(source, (runner, stop) =>
            {
                image.Data.CopyTo(runner.Points);
                runner.OutputGradients.Clear();
                runner.Run(stop);
                return runner.Outputs.ToArray();
            }, cancellation)));
        }
        return found;
    }

    private static void Check(List<(string Name, float[] Values)> references, bool isCosine)
    {
        if (references.Count == 0)
            throw Unfit("There is nothing to compare with.", "Give images with --reference, or embeddings with --embedding.");
        if (references.GroupBy(r => r.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw Unfit($"{twice.Count()} references are called '{twice.Key}'.", "Rename files: references become classes of these names.");
        foreach (var (name, values) in references)
        {
            if (values.Any(v => !float.IsFinite(v)))
                throw Unfit($"The embedding of '{name}' is not finite.", "Look at the image's preprocessing.");
            if (isCosine && values.All(v => v == 0))
                throw Unfit($"The embedding of '{name}' is zero, and has no direction.", "Leave it out, or use --measure dot.");
        }
    }

    private static ModelCard CardOf(string path, string measure, ModelFacts facts, List<(string Name, float[] Values)> references)
    {
        var how = facts.Preprocessing;
        return new ModelCard(
            $"{(measure == "cosine" ? "Cosine similarity" : "Dot product")} of the embedding of {Path.GetFileName(path)} with references.",
            [.. references.Select(r => r.Name)], how?.Scale, how?.Mean, how?.Std, facts.Layout?.Name())
        {
            ChannelOrder = how is { BlueFirst: true } ? "bgr" : null,
            Resize = how?.Resize is not { } resize ? null : new(
                resize.Mode.Name(), resize.Interpolation.Name(), resize.ShortSide, resize.ShortSide is null ? resize.CropShare : null,
                resize.Size is var (height, width) ? [height, width] : null, [resize.Fill.Red, resize.Fill.Green, resize.Fill.Blue]),
        };
    }

    private static void Print(CliHost host, string file, string card, ModelSummary model, int size, string[] names)
    {
        if (host.Json)
        {
            JsonPrinter.Print(host.Out, new { Out = file, Card = card, Embedding = model.Output, Size = size, References = names });
            return;
        }
        host.Out.WriteLine($"{file}: '{SimilarityModel.Output}' [{names.Length}], by '{model.Output}' of {size} numbers; card {card}");
        host.Out.WriteLine($"  references: {string.Join(", ", names.Take(10))}{(names.Length > 10 ? ", .." : "")}");
    }

    private static SaliencyException Unfit(string what, string next) => new("SAL2061", what, next);
}
