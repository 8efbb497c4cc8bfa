using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Evaluations;

/// <summary>One kind of evidence that can be asked for without further files.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Question">What it answers.</param>
/// <param name="Ask">Asks for it, with the usual settings.</param>
internal sealed record EvaluationCheck(string Name, string Question, Action<EvaluationOptions> Ask)
{
    /// <summary>Gets or sets whether the user wants it.</summary>
    public bool IsWanted { get; set; }

    /// <summary>Gets every kind; the first is what one starts with.</summary>
    public static IReadOnlyList<EvaluationCheck> All() =>
    [
        new("Randomised weights", "Does the map change when the model forgets what it learned?", o => o.Randomization = new()) { IsWanted = true },
        new("Random logit", "Does it change when another class is explained?", o => o.RandomLogit = true),
        new("Insertion and deletion", "Does the score follow the pixels that the map calls important?", o => o.InsertionDeletion = new()) { IsWanted = true },
        new("Pixel flipping", "The same, pixel by pixel.", o => o.PixelFlipping = new()),
        new("ROAD", "The same, with removed pixels filled in from their neighbours.", o => o.Road = true),
        new("Infidelity", "Does the map predict what removing squares does?", o => o.Infidelity = new()),
        new("Sensitivity", "How much does a small change of the image change the map?", o => o.Sensitivity = new()),
    ];
}
