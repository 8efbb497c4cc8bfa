using System.CommandLine;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Inputs;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary><c>saliency visualize invert</c>: images that layers cannot tell from a given one.</summary>
internal sealed class InvertCommand : CliCommand
{
    private readonly Argument<string> _image = new("IMAGE") { Description = "The image that is rebuilt." };
    private readonly Option<string[]> _layer = new("--layer")
    {
        Description = "Tensor of the model whose activations are kept, or last-conv; several make a chain. TENSOR@CHANNEL keeps one "
            + "channel. `saliency models show` lists them.",
        Required = true, HelpName = "TENSOR",
    };

    private readonly AscentOptions _options = new();

    public InvertCommand(CliHost host) : base(
        "invert", """
            Rebuild an image from what layers keep of it: what they cannot tell from it.

            Examples:
              saliency visualize invert samples/models/mnist-cnn.onnx seven.png --layer last-conv --out seven --local
              saliency visualize invert bears-clean bear.png --layer relu --layer relu_4 --layer last-conv --steps 1000 --out chain
            """, host)
    {
        Add(_layer);
        _options.AddTo(this, copies: false);
        Add(_image);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation) =>
        Studio.RunAsync(arguments, _options, host, (model, input) =>
        {
            var request = _options.Request(arguments, "invert", input);
            var path = arguments.GetRequiredValue(_image);
            if (!File.Exists(path)) throw InputErrors.NoSuchFile("input", path);
            var image = ImageFiles.One(path, input).Prepare();
            return [.. arguments.GetRequiredValue(_layer).Select(layer => new DrawingTask(layer, UnitName.OfLayer(layer, model, request),
                image))];
        }, cancellation);
}
