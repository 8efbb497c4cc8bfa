using System.Security.Cryptography.X509Certificates;

namespace SaliencyCluster.Client;

/// <summary>What can be set on a <see cref="SaliencyClient"/>.</summary>
public sealed record SaliencyClientOptions
{
    /// <summary>Gets for how long a lost connection is tried again while a job is watched or its results are read.</summary>
    /// <value>The default is 60 seconds; zero gives up at once.</value>
    public TimeSpan ReconnectFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets how long one answer may take, and of an upload each message too: a gateway that is there and says nothing is an error.</summary>
    /// <value>More than zero. The default is 10 minutes; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever. Streams that are watched
    /// may be silent for longer: their connection is tested every 20 seconds.</value>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets the clock of pauses between attempts and of <see cref="CallTimeout"/>.</summary>
    /// <value>The default is the system's.</value>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Gets the API key that every call carries.</summary>
    /// <value>A text such as <c>slk_ID_SECRET</c>; null, the default, sends none.</value>
    public string? ApiKey { get; init; }

    /// <summary>Gets the certificates of authorities that may vouch for the gateway, in place of the system's.</summary>
    /// <value>Null, the default, trusts the system's. Without effect where <see cref="Handler"/> is set.</value>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Gets what sends the requests, for certificates, proxies and tests.</summary>
    /// <value>The default is a <see cref="SocketsHttpHandler"/> that keeps idle connections alive.</value>
    public HttpMessageHandler? Handler { get; init; }
}
