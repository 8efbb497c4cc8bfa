using SaliencyCluster.Client;

namespace SaliencyCluster.EndToEnd.Tests.Hostile;

/// <summary>Something that a key of role <c>submit</c> can send, and that should harm nobody.</summary>
/// <param name="Group">What kind of input it is.</param>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Send">Sends it; what is refused throws.</param>
internal sealed record HostileInput(string Group, string Name, Func<HostileSender, Task> Send)
{
    /// <summary>Gets all of them, in a fixed order.</summary>
    public static IReadOnlyList<HostileInput> All { get; } =
        [.. ModelInputs.All, .. PictureInputs.All, .. ArrayInputs.All, .. OptionInputs.All, .. NameInputs.All,
            .. InferenceInputs.All, .. ProtocolInputs.All];
}

/// <summary>Where inputs go.</summary>
/// <param name="Client">A client with the key.</param>
/// <param name="Grpc">Where the gateway serves gRPC.</param>
/// <param name="Http">Where it serves REST and pages.</param>
/// <param name="Key">The key.</param>
/// <param name="Cancellation">Ends the wait.</param>
internal sealed record HostileSender(SaliencyClient Client, Uri Grpc, Uri Http, string Key, CancellationToken Cancellation);
