using SaliencyCluster.Autodiff;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>What the command line says of a model that its file does not say.</summary>
/// <param name="Labels">Class names, or empty.</param>
/// <param name="Pictures">How pictures become its input, as far as it is given.</param>
/// <param name="Layout">Where its input has its channels; null finds out from the graph.</param>
internal sealed record ModelFacts(IReadOnlyList<string> Labels, PictureFacts Pictures, ImageLayout? Layout)
{
    /// <summary>Gets the values of inputs that take no image; null where none is given.</summary>
    public IReadOnlyDictionary<string, InputValue>? InputValues { get; init; }

    /// <summary>Gets the facts where nothing is given.</summary>
    public static ModelFacts None { get; } = new([], PictureFacts.None, null);

    /// <summary>Gets how pictures become its input; null where nothing of it is given.</summary>
    public Preprocessing? Preprocessing => Pictures.IsEmpty ? null : Pictures.Over(Imaging.Preprocessing.Default);

    /// <summary>Fills in what the card beside a model says.</summary>
    public ModelFacts Or(ModelCard card) => this with
    {
        Labels = Labels.Count > 0 ? Labels : card.Labels ?? [],
        Pictures = Pictures.Or(card.Pictures),
        Layout = Layout ?? card.ImageLayout,
    };
}
