using System.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Evaluation.Plans;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Check;

/// <summary>The options that every command about evidence has.</summary>
internal sealed class CheckOptions
{
    private readonly Option<string> _model = new("--model") { Description = "ONNX file, or the name of a model on the cluster.", Required = true, HelpName = "NAME|FILE" };
    private readonly Option<string[]> _input = new("--input")
    {
        Description = "Images: .npy of preprocessed images (float32) or of pixels (uint8), or folders of them.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILE|DIR",
    };

    private readonly Option<string> _out = new("--out") { Description = "Folder for report.html, report.json and measurements.csv.", Required = true, HelpName = "DIR" };
    private readonly Option<bool> _local = new("--local") { Description = "Compute in this process, without a cluster." };
    private readonly Option<string?> _id = new("--id") { Description = "Your own id on the cluster: submitting again with the same id is harmless, and goes on watching.", HelpName = "ID" };
    private readonly Option<bool> _detach = new("--detach") { Description = "Submit, print the id and end; fetch the report later: saliency evaluations fetch ID." };
    private readonly EndpointOption _endpoint = new();
    private readonly Option<int?> _lanes = new("--lanes") { Description = "With --local: runs at the same time. Default: one per processor.", HelpName = "L" };
    private readonly Option<string?> _methods = new("--methods") { Description = $"Methods, separated by commas. Default: {string.Join(",", PaperMethods.Names)}.", HelpName = "A,B,.." };
    private readonly Option<int?> _images = new("--images") { Description = "Take only the first so many images.", HelpName = "N" };
    private readonly Option<int> _seeds = new("--seeds") { Description = "How many seeds everything random is repeated with.", HelpName = "N", DefaultValueFactory = _ => 3 };
    private readonly Option<string?> _title = new("--title") { Description = "Title of the report.", HelpName = "TEXT" };
    private readonly Option<string?> _masks = new("--masks") { Description = "Where the objects are: .npy [N,H,W] or [N,1,H,W], above half of its maximum means object.", HelpName = "FILE" };
    private readonly Option<string?> _boxes = new("--boxes")
    {
        Description = "Where the objects are, by boxes in pixels of the pictures: a COCO file (.json), or lines image,x0,y0,x1,y1,class. "
            + "Of a detector, each box's detection is explained.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _head = new("--head")
    {
        Description = "Explain detections, read as this family of outputs has them: docs/detectors.md.", HelpName = "FAMILY",
    };

    private readonly Option<double?> _threshold = new("--score-threshold")
    {
        Description = "Detections: their least score. Default: 0.25.", HelpName = "S",
    };

    private readonly Option<double?> _iou = new("--iou")
    {
        Description = "Detections: what one shares at least with its box (intersection over union). Default: 0.5.", HelpName = "I",
    };

    private readonly Option<string?> _groups = new("--groups") { Description = "A group per image: text file with a line each, or .npy [N] of numbers.", HelpName = "FILE" };
    private readonly Option<string?> _groupNames = new("--group-names") { Description = "Names of the numbers in --groups, from 0.", HelpName = "A,B,.." };
    private readonly PreprocessingOptions _preprocessing = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] all =
        [
            _model, _input, _out, _local, _endpoint, _id, _detach, _lanes, _methods, _images, _seeds, _title, _masks, _boxes, _head,
            _threshold, _iou, _groups, _groupNames,
        ];
        foreach (var option in all) command.Add(option);
        _preprocessing.AddTo(command);
    }

    /// <summary>Carries the evaluation out, in this process or on a cluster.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="title">Title of the report, unless the user gave one.</param>
    /// <param name="ask">Adds the command's checks.</param>
    /// <param name="host">Where to print.</param>
    /// <param name="cancellation">Cancelled by Ctrl+C; an evaluation on a cluster goes on.</param>
    /// <exception cref="SaliencyException">SAL2503: an option is out of range.</exception>
    public async Task<int> RunAsync(ParseResult arguments, string title, Func<EvaluationRequest, EvaluationRequest> ask, CliHost host, CancellationToken cancellation)
    {
        var what = Read(arguments);
        if (arguments.GetValue(_local)) return await LocalCheck.RunAsync(what, title, ask, host, cancellation);
        using var client = _endpoint.Connect(arguments, host.Clock);
        return await ClusterCheck.RunAsync(what, title, ask, client, arguments.GetValue(_detach), host, cancellation);
    }

    /// <summary>Gets whether masks or boxes are given.</summary>
    public bool HasMasks(ParseResult arguments) => arguments.GetValue(_masks) is not null || arguments.GetValue(_boxes) is not null;

    private CheckArguments Read(ParseResult arguments) => new()
    {
        Model = arguments.GetRequiredValue(_model),
        Inputs = arguments.GetRequiredValue(_input),
        Out = arguments.GetRequiredValue(_out),
        Id = arguments.GetValue(_id),
        Lanes = arguments.GetValue(_lanes),
        Methods = arguments.GetValue(_methods)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
        Images = arguments.GetValue(_images) is { } images ? AtLeastOne("--images", images) : null,
        Seeds = AtLeastOne("--seeds", arguments.GetValue(_seeds)),
        Title = arguments.GetValue(_title),
        Masks = arguments.GetValue(_masks),
        Boxes = arguments.GetValue(_boxes),
        Head = arguments.GetValue(_head),
        ScoreThreshold = arguments.GetValue(_threshold),
        Iou = arguments.GetValue(_iou),
        Groups = arguments.GetValue(_groups),
        GroupNames = arguments.GetValue(_groupNames)?.Split(',', StringSplitOptions.TrimEntries) ?? [],
        Facts = _preprocessing.Read(arguments),
    };

    private static int AtLeastOne(string option, int value) =>
        value >= 1 ? value : throw new SaliencyException("SAL2503", $"{option} is '{value}'.", "It must be at least 1.");
}
