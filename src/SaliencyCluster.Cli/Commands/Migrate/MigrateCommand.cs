using System.CommandLine;
using System.Text;
using System.Text.Json;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Migrate;

/// <summary><c>saliency migrate</c>: what another service's configuration is called here.</summary>
internal sealed class MigrateCommand : CliCommand
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "JSON: a Vertex AI explanation spec (or a model, endpoint or batch prediction that has one), or a SageMaker Clarify "
            + "analysis configuration for images.",
    };

    private readonly Option<string?> _model = new("--model")
    {
        Description = "Model in the printed commands. Default: the file's own name for it, else MODEL.onnx.", HelpName = "NAME|FILE",
    };

    private readonly Option<string> _input = new("--input")
    {
        Description = "Images in the printed commands.", HelpName = "FILE|DIR", DefaultValueFactory = _ => "IMAGES",
    };

    private readonly Option<string?> _labels = new("--labels-out")
    {
        Description = "Also write the class names of the file, one a line, for --labels.", HelpName = "FILE",
    };

    public MigrateCommand(CliHost host) : base(
        "migrate", "Print what a configuration of Vertex AI or SageMaker Clarify is called here.", host)
    {
        Add(_file);
        foreach (var option in (Option[])[_model, _input, _labels]) Add(option);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var migration = Read(arguments.GetRequiredValue(_file));
        var labels = arguments.GetValue(_labels);
        if (labels is not null)
        {
            if (migration.Labels.Count == 0)
                throw new SaliencyException(
                    "SAL2534", "The file has no class names.", "Leave --labels-out out, and give a file of your own to --labels.");
            host.WriteFile(labels, Encoding.UTF8.GetBytes(string.Join('\n', migration.Labels.Select(OneLine)) + "\n"));
        }
        var model = arguments.GetValue(_model) ?? migration.Model ?? "MODEL.onnx";
        string[] start = ["saliency", "explain", "--model", model, "--input", arguments.GetValue(_input)!];
        string[] end = labels is null ? [] : ["--labels", labels];
        Print(host, migration, [.. migration.Explanations.Select(options =>
            (string[])[.. start, .. options.SelectMany(o => (string[])[$"--{o.Name}", o.Value]), .. end])]);
        return Task.FromResult(ExitCode.Ok);
    }

    private static Migration Read(string path)
    {
        if (!File.Exists(path)) throw InputErrors.NoSuchFile("configuration", path);
        try
        {
            using var json = JsonDocument.Parse(InputFile.Bytes(path));
            return VertexSpec.Is(json.RootElement) ? VertexSpec.Read(json.RootElement)
                : ClarifyConfig.Is(json.RootElement) ? ClarifyConfig.Read(json.RootElement)
                : throw new SaliencyException("SAL2534",
                    $"'{path}' is neither a Vertex AI explanation spec nor a SageMaker Clarify analysis configuration.",
                    "A spec has 'parameters' with an attribution, or the 'inputs' and 'outputs' of metadata, perhaps inside "
                    + "'explanationSpec'; an analysis has 'methods' with 'shap'.");
        }
        catch (JsonException error)
        {
            throw new SaliencyException(
                "SAL2534", $"'{path}' is no JSON: {error.Message}", "Give the configuration as the service's own tools write it.", error);
        }
    }

    private static void Print(CliHost host, Migration migration, string[][] commands)
    {
        if (host.Json)
        {
            JsonPrinter.Print(host.Out, new
            {
                migration.Source,
                Explanations = migration.Explanations.Zip(commands, (options, command) =>
                    new { Options = options.ToDictionary(o => o.Name, o => o.Value), Command = command }),
                migration.Labels,
                migration.Fields,
            });
            return;
        }
        host.Out.WriteLine(
            $"{migration.Source}, on a cluster (with --local in one process; `saliency jobs submit` takes the same options):");
        host.Out.WriteLine();
        foreach (var command in commands) host.Out.WriteLine("  " + string.Join(' ', command.Select(Quoted)));
        host.Out.WriteLine();
        TablePrinter.Print(host, ["field", "value", "becomes", "note"], migration.Fields.Select(f => new[]
        {
            f.Path, OneLine(f.Value), f.Becomes is { } option ? OneLine(option) : "-", f.Note ?? "",
        }));
    }

    // What stands in the file is printed on one line and cannot command the terminal.
    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:,=%+@".Contains(c, StringComparison.Ordinal))
        ? word : $"'{OneLine(word).Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
