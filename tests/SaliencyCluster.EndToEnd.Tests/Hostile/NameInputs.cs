using Google.Protobuf;
using SaliencyCluster.Client.Images;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Hostile;

/// <summary>Names and ids of all that has one, as paths, markup, commands and too much.</summary>
internal static class NameInputs
{
    private static readonly string[] Names =
    [
        "", ".", "..", "../../etc/passwd", "/etc/passwd", "a/b", "a\\b", "C:\\x", "a\0b", "a\nb", "name\n", "<script>alert(1)</script>",
            "';drop table models;--", "$(reboot)", "%2e%2e%2f",
        "\u202eevil", "\ud83d\ude00", "CON", new('n', 300), new('n', 100_000),
    ];

    public static IEnumerable<HostileInput> All =>
    [
        .. Of("model", (to, name) => to.Client.Models.AddAsync(name, Model(), cancellation: to.Cancellation)),
        .. Of("model asked for", (to, name) => to.Client.Models.GetAsync(name, to.Cancellation)),
        .. Of("job", (to, name) => to.Client.Jobs.SubmitAsync("mnist-mlp", Gradient, Digits.Many(1), name, to.Cancellation)),
        .. Of("job asked for", (to, name) => to.Client.Jobs.GetAsync(name, to.Cancellation)),
        .. Of("image", (to, name) => to.Client.ExplainToEndAsync("mnist-mlp", Gradient,
            ImageInput.FromTensor(name, [1, 28, 28], new float[784]), to.Cancellation)),
        .. Of("label", (to, name) => to.Client.Models.AddAsync("hostile", Model(), labels: [name, .. Enumerable.Repeat("x", 9)],
            cancellation: to.Cancellation)),
        .. Of("pool", (to, name) => ArrayInputs.ExplainAsync(to, new()
        {
            Model = "mnist-mlp", Options = Gradient, Pool = name,
            Image = new() { Name = "x", Format = ImageFormat.Tensor, Shape = { 1, 28, 28 },
                Data = ByteString.CopyFrom(new byte[4 * 784]) },
        }, answers: 1)),
    ];

    private static ExplanationOptions Gradient => new() { Method = "gradient" };

    private static IEnumerable<HostileInput> Of(string what, Func<HostileSender, string, Task> send) =>
        Names.Select((name, i) => new HostileInput("names", $"{what} {i}: {Uri.EscapeDataString(name[..Math.Min(20, name.Length)])}",
            to => send(to, name)));

    private static FileStream Model() => File.OpenRead(Repo.Model("mnist-mlp"));
}
