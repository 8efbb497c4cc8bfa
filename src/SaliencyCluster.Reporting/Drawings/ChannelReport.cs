using System.Globalization;

namespace SaliencyCluster.Reporting.Drawings;

/// <summary>What channels of a layer answer to, as a page tells it.</summary>
/// <param name="Model">The model.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Count">How many channels it has.</param>
/// <param name="Images">How many images were looked at.</param>
/// <param name="Class">The class whose score was looked at; null where none was.</param>
/// <param name="Field">What a place of the layer depends on, in words.</param>
/// <param name="Channels">Those that are shown.</param>
public sealed record ChannelFacts(
    string Model, string Layer, int Count, int Images, string? Class, string Field, IReadOnlyList<ShownChannel> Channels)
{
    /// <summary>Gets what could not be looked at.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];
}

/// <summary>A channel.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Mean">The mean over all images of its greatest activation.</param>
/// <param name="Loss">What the class's score loses without it; null where no class was looked at.</param>
/// <param name="LossError">The standard error of that; null for one image.</param>
/// <param name="Hits">The images that it answers to most.</param>
public sealed record ShownChannel(int Number, double Mean, double? Loss, double? LossError, IReadOnlyList<ShownHit> Hits);

/// <summary>An image that a channel answers to.</summary>
/// <param name="Image">Its name.</param>
/// <param name="Value">The channel's greatest activation.</param>
/// <param name="Predicted">What the model says of the image.</param>
/// <param name="Picture">The part of it that the channel sees; null where images are no pictures.</param>
public sealed record ShownHit(string Image, double Value, string Predicted, PagePicture? Picture);

/// <summary>What channels of a layer answer to, as one HTML file that needs nothing else.</summary>
public static class ChannelReport
{
    /// <summary>The most channels, and the most images of each, that a page shows.</summary>
    public const int MostChannels = 48, MostHits = 8;

    private static readonly string[] Limits =
    [
        "Channels are looked at one by one. What a model knows may lie in directions across channels, which no single one shows.",
        "The images are those that were given: what a channel would answer to among others is not known.",
        "A loss is that of the channel alone set to zero; channels that stand in for each other each lose little.",
        "Pictures here may be packed with loss; units.json has the figures of all channels.",
    ];

    /// <summary>Writes the page.</summary>
    /// <param name="facts">What was found.</param>
    /// <param name="footer">One line at the end, such as the command.</param>
    public static string Write(ChannelFacts facts, string footer)
    {
        var lead = $"{Html.Count(facts.Count, "channel")} of '{facts.Layer}' at {Html.Count(facts.Images, "image")}; {facts.Field}. "
            + "Of each image the part that the strongest place depends on, dark where the channel is below half of its greatest activation.";
        return Page.Write($"What channels of {facts.Model} answer to", lead, string.Concat(
            Html.Section("channels", facts.Class is { } name ? $"Channels that matter most for {name}" : "Channels",
                (facts.Channels.Count == facts.Count ? ""
                    : Html.Element("p", $"{facts.Channels.Count} of {facts.Count} channels; all are in units.json.", "class=\"soft\""))
                + Html.Element("div", string.Concat(facts.Channels.Select(c => Channel(c, facts.Class))), "class=\"channels\"")),
            facts.Failures.Count == 0 ? "" : Html.Section("failures", "Not looked at", Html.List(facts.Failures)),
            Html.Section("limits", "What these pictures cannot say", Html.List(Limits))), footer);
    }

    private static string Channel(ShownChannel channel, string? name)
    {
        var facts = $"greatest activation {Page.Number(channel.Mean)} in the mean over all images";
        if (channel.Loss is { } loss)
            facts += string.Create(CultureInfo.InvariantCulture,
                $"; {name} loses {loss:G3}{(channel.LossError is { } e ? $" ± {e:G2}" : "")} without it");
        var hits = channel.Hits.Select(h => Html.Element("figure",
            (h.Picture is { } picture ? Page.Picture(picture, $"{h.Image}, channel {channel.Number}") : "")
            + Html.Element("figcaption", $"{Html.Text($"{Page.Number(h.Value)}: {h.Image}")}<br>{Html.Text($"model: {h.Predicted}")}")));
        return Html.Element("article", Html.Element("h3", $"Channel {channel.Number}")
            + Html.Element("div", string.Concat(hits), "class=\"hits\" tabindex=\"0\"") + Html.Element("p", Html.Text(facts)));
    }
}
