using SaliencyCluster.Imaging;
using SaliencyCluster.Imaging.Sizing;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>What is said of how pictures become a model's input. Each part stands for itself: an option for one does not undo what a card
/// says of another.</summary>
/// <param name="Numbers">Scale, mean and standard deviation; the rest of it is not looked at.</param>
/// <param name="Resize">How a picture gets the model's size.</param>
/// <param name="BlueFirst">Whether the first channel is blue.</param>
internal sealed record PictureFacts(Preprocessing? Numbers, ResizePolicy? Resize, bool? BlueFirst)
{
    /// <summary>Gets the facts where nothing is given.</summary>
    public static PictureFacts None { get; } = new(null, null, null);

    /// <summary>Gets whether nothing is given.</summary>
    public bool IsEmpty => this == None;

    /// <summary>Gets everything that a preprocessing says.</summary>
    public static PictureFacts Of(Preprocessing all) => new(all, all.Resize, all.BlueFirst);

    /// <summary>Fills in what others say.</summary>
    public PictureFacts Or(PictureFacts other) => new(Numbers ?? other.Numbers, Resize ?? other.Resize, BlueFirst ?? other.BlueFirst);

    /// <summary>Puts what is given over what is known.</summary>
    public Preprocessing Over(Preprocessing known) =>
        new(Numbers?.Scale ?? known.Scale, Numbers?.Mean ?? known.Mean, Numbers?.Std ?? known.Std)
    {
        Resize = Resize ?? known.Resize, BlueFirst = BlueFirst ?? known.BlueFirst,
    };
}
