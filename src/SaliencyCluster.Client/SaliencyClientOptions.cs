namespace SaliencyCluster.Client;

/// <summary>What can be set on a <see cref="SaliencyClient"/>.</summary>
public sealed record SaliencyClientOptions
{
    /// <summary>Gets for how long a lost connection is tried again while a job is watched or its results are read.</summary>
    /// <value>The default is 60 seconds; zero gives up at once.</value>
    public TimeSpan ReconnectFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets the clock of pauses between attempts.</summary>
    /// <value>The default is the system's.</value>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Gets what sends the requests, for certificates, proxies and tests.</summary>
    /// <value>The default is a <see cref="SocketsHttpHandler"/> that keeps idle connections alive.</value>
    public HttpMessageHandler? Handler { get; init; }
}
